/**
 * For tests: the recommender in workerd, in place of the one in the tests' own process. The suite's
 * driver, workerd_suite_test.ts, starts it; a test asks the driver for one with its settings.
 */
import postgres from "postgres";
import type { App } from "../functions/recommender/app.ts";
import { s3Blobs, type S3Options } from "../functions/recommender/blobs/s3.ts";

/** What the driver answers: where a recommender with the settings asked for is. */
export interface WorkerdRecommender {
  url: string;
  databaseUrl: string;
  s3: S3Options;
}

/** Where the driver is, in a test that it runs. */
export const DRIVER = "AIREC_TEST_WORKERD";

/** A recommender in workerd, its database and bucket emptied of what earlier tests left. */
export async function workerdRecommender(driver: string, settings: Record<string, string>) {
  const answer = await fetch(driver, { method: "POST", body: JSON.stringify(settings) });
  const { url, databaseUrl, s3 }: WorkerdRecommender = await answer.json();
  const sql = postgres(databaseUrl, { onnotice: () => {} });
  const blobs = s3Blobs(s3);
  await sql`delete from auth.users`;
  await sql`delete from recommender.erasures`;
  for (const folder of ["uploads/", "models/"]) await blobs.remove(folder);
  const app = {
    // Read to its end, as an answer of one's own process is: nobody minds if a test does not.
    async request(path: string, init?: RequestInit) {
      const response = await fetch(url + path, init);
      const body = await response.arrayBuffer();
      return new Response(body.byteLength > 0 ? body : null, response);
    },
  };
  return { app: app as unknown as App, sql, databaseUrl, blobs, close: () => sql.end() };
}
