/**
 * Services in workerd for tests, in place of those in the test's process. The driver,
 * workerd_suite_test.ts, starts them; a test requests one with its settings from the driver.
 */
import postgres from "postgres";
import type { App } from "../functions/recommender/app.ts";
import { s3Blobs } from "../functions/recommender/blobs/s3.ts";
import type { S3Options } from "../functions/recommender/blobs/s3_client.ts";
import type { WorkerName } from "../ops/deploy/wrangler_config.ts";

/** Response of the driver: a service with the requested settings. */
export interface InWorkerd {
  url: string;
  databaseUrl: string;
  s3: S3Options;
}

/** Environment variable with the driver's URL. */
export const DRIVER = "AIREC_TEST_WORKERD";

/** Request to the driver. */
export interface Wanted {
  name: WorkerName;
  settings: Record<string, string>;
  /** URL of a replacement for the recommender that webhooks calls from now on. */
  recommender?: string;
}

/**
 * Whether a test changes a service in ways that only work in its own process. Prints it; the suite
 * lists such tests as left to Deno.
 */
export function changedWithin(service: WorkerName, changes: Record<string, unknown>): boolean {
  const changed = Object.keys(changes);
  if (changed.length > 0) {
    console.log(`\n${LEFT} ${service} with a test's own ${changed.join(", ")}`);
  }
  return changed.length > 0;
}

/** Prefix of the lines that report tests not run in workerd. */
export const LEFT = "Left to Deno:";

/** Requests a service with these settings from the driver. */
export async function inWorkerd(driver: string, service: Wanted): Promise<InWorkerd> {
  const answer = await fetch(driver, { method: "POST", body: JSON.stringify(service) });
  return await answer.json();
}

/** Sends a request and reads the whole response, since tests may ignore the body. */
export async function fetchWhole(url: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: "manual" });
  const body = await response.arrayBuffer();
  return new Response(body.byteLength > 0 ? body : null, response);
}

/** Returns a recommender in workerd with emptied database and bucket. */
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
