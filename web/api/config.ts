/**
 * Base URLs of the services, read at run time from `/config.json` so that one build fits every
 * deployment.
 */
import { text } from "./problem_words.ts";

export interface Config {
  auth: string;
  webhooks: string;
  recommender: string;
}

let loaded: Config | undefined;

/**
 * Loads the configuration; called before the first render.
 * @throws {Error} with a message for the page, if the file is missing or invalid
 */
export async function loadConfig(): Promise<void> {
  const response = await fetch("/config.json").catch(() => null);
  const value = response?.ok ? await response.json().catch(() => null) : null;
  loaded = configOf(value);
}

/** Returns the configuration; throws before `loadConfig` has resolved. */
export function config(): Config {
  if (!loaded) throw new Error(text.tooEarly);
  return loaded;
}

/** Validates the content of `/config.json` and strips trailing slashes. */
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
