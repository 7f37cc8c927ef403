/** Where the services are: read once from `/config.json`, so that one build fits every place. */
import { text } from "./text/problem.ts";

export interface Config {
  auth: string;
  webhooks: string;
  recommender: string;
}

let loaded: Config | undefined;

/**
 * Reads the addresses; the page shows nothing before it has them.
 * @throws {Error} with a sentence for the page where the file is missing or not as it should be.
 */
export async function loadConfig(): Promise<void> {
  const response = await fetch("/config.json").catch(() => null);
  const value = response?.ok ? await response.json().catch(() => null) : null;
  loaded = configOf(value);
}

/** The addresses. */
export function config(): Config {
  if (!loaded) throw new Error(text.tooEarly);
  return loaded;
}

/** Checks what `/config.json` held, and leaves out trailing slashes. */
export function configOf(value: unknown): Config {
  const address = (name: keyof Config) => {
    const given = (value as Record<string, unknown> | null)?.[name];
    if (typeof given !== "string" || !URL.canParse(given)) {
      throw new Error(text.noAddress(name));
    }
    return given.replace(/\/+$/, "");
  };
  return {
    auth: address("auth"),
    webhooks: address("webhooks"),
    recommender: address("recommender"),
  };
}
