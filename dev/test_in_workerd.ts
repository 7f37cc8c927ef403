/**
 * For tests: services in workerd, in place of those in the tests' own process. The suite's driver,
 * workerd_suite_test.ts, starts them; a test asks the driver for one with its settings.
 */
import postgres from "postgres";
import type { App } from "../functions/recommender/app.ts";
import { s3Blobs, type S3Options } from "../functions/recommender/blobs/s3.ts";
import type { WorkerName } from "./wrangler_config.ts";

/** What the driver answers: where a service with the settings asked for is. */
export interface InWorkerd {
  url: string;
  databaseUrl: string;
  s3: S3Options;
}

/** Where the driver is, in a test that it runs. */
export const DRIVER = "AIREC_TEST_WORKERD";

/** What the driver is asked for. */
export interface Wanted {
  name: WorkerName;
  settings: Record<string, string>;
  /** From now on webhooks asks here in the recommender's place. */
  recommender?: string;
}

/**
 * Whether a test changes a service from within, which only one in its own process lets it do. The
 * run in workerd lists what is left to Deno so.
 */
export function changedWithin(service: WorkerName, changes: Record<string, unknown>): boolean {
  const changed = Object.keys(changes);
  if (changed.length > 0) {
    console.log(`\n${LEFT} ${service} with a test's own ${changed.join(", ")}`);
  }
  return changed.length > 0;
}

/** How a line begins that says what is not run in workerd. */
export const LEFT = "Left to Deno:";

/** Asks the driver for a service with these settings. */
export async function inWorkerd(driver: string, service: Wanted): Promise<InWorkerd> {
  const answer = await fetch(driver, { method: "POST", body: JSON.stringify(service) });
  return await answer.json();
}

/** A request to it. The answer is read to its end, as nobody minds where a test does not. */
export async function fetchWhole(url: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: "manual" });
  const body = await response.arrayBuffer();
  return new Response(body.byteLength > 0 ? body : null, response);
}

/** A recommender in workerd, its database and bucket emptied of what earlier tests left. */
export async function workerdRecommender(driver: string, settings: Record<string, string>) {
  const { url, databaseUrl, s3 } = await inWorkerd(driver, { name: "recommender", settings });
  const sql = postgres(databaseUrl, { onnotice: () => {} });
  const blobs = s3Blobs(s3);
  await sql`delete from auth.users`;
  await sql`delete from recommender.erasures`;
  for (const folder of ["uploads/", "models/"]) await blobs.remove(folder);
  const app = {
    request: (path: string, init?: RequestInit) => fetchWhole(url + path, init),
  };
  return { app: app as unknown as App, sql, databaseUrl, blobs, close: () => sql.end() };
}
