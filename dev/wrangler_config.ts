/** What `wrangler.toml` says, for those who run and deploy by it. */
import { parse } from "@std/toml";

/** The services that run as Workers. */
export const WORKERS = ["auth", "recommender", "webhooks"] as const;
export type WorkerName = (typeof WORKERS)[number];

export interface WranglerConfig {
  compatibility_date: string;
  compatibility_flags: string[];
  env: Record<WorkerName, { main: string; hyperdrive: { id: string }[] }>;
}

/** Reads the file. */
export async function wranglerConfig(): Promise<WranglerConfig> {
  const text = await Deno.readTextFile(new URL("../wrangler.toml", import.meta.url));
  return parse(text) as unknown as WranglerConfig;
}

/** The services whose database is still the file's placeholder. */
export function unset({ env }: WranglerConfig): WorkerName[] {
  return WORKERS.filter((name) => env[name].hyperdrive.some(({ id }) => /^0+$/.test(id)));
}
