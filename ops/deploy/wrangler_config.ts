/** Reads `wrangler.toml`. */
import { parse } from "@std/toml";

/** Services that run as Workers. */
export const WORKERS = ["auth", "recommender", "webhooks"] as const;
export type WorkerName = (typeof WORKERS)[number];

export interface WranglerConfig {
  compatibility_date: string;
  compatibility_flags: string[];
  /** Modules in the place of packages, by paths from the project's folder. */
  alias?: Record<string, string>;
  env: Record<WorkerName, {
    main: string;
    vars: { DASHBOARD_ORIGIN: string };
    hyperdrive: { id: string }[];
    ratelimits?: {
      name: string;
      namespace_id: string;
      simple: { limit: number; period: 10 | 60 };
    }[];
  }>;
}

/** Reads the file. */
export async function wranglerConfig(): Promise<WranglerConfig> {
  const text = await Deno.readTextFile(new URL("../../wrangler.toml", import.meta.url));
  return parse(text) as unknown as WranglerConfig;
}

/** Variables with the services' URLs for the build of the dashboard. */
const ADDRESSES = ["AUTH_URL", "RECOMMENDER_URL", "WEBHOOKS_URL"];

/**
 * Returns the settings that are missing for a deployment, one sentence each.
 * @param environment of the dashboard's build
 */
export function unsaid(
  { env }: WranglerConfig,
  environment: Record<string, string | undefined>,
): string[] {
  const [databases, examples, paths] = [
    WORKERS.filter((name) => env[name].hyperdrive.some(({ id }) => /^0+$/.test(id))),
    WORKERS.filter((name) => /\bexample\.com\b/.test(env[name].vars.DASHBOARD_ORIGIN)),
    WORKERS.filter((name) => !isOrigin(env[name].vars.DASHBOARD_ORIGIN)),
  ].map((names) => names.join(", "));
  const addresses = ADDRESSES.filter((name) => !environment[name]).join(", ");
  return [
    databases && `wrangler.toml has no Hyperdrive id for ${databases}.`,
    examples && `wrangler.toml still has the example DASHBOARD_ORIGIN for ${examples}.`,
    paths &&
    `DASHBOARD_ORIGIN must be an origin such as https://airec.example.com, without a path; see ${paths}.`,
    addresses && `Not set: ${addresses}. The dashboard would call localhost.`,
  ].filter((sentence) => sentence !== "");
}

function isOrigin(text: string): boolean {
  return URL.parse(text)?.origin === text;
}
