/** Services on machines with different clocks: real processes, one with a shifted clock. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { testDatabase } from "../testing/database.ts";
import { listening } from "../testing/listening.ts";
import { noteSecrets } from "../testing/runner/traces.ts";
import { ACCESS, mintToken } from "../functions/http/identity/identity.ts";

const JWT_SECRET = "a secret of more than thirty-two bytes";
const SERVICE_SECRET = "another secret of more than thirty-two bytes";

/** Starts a service. */
function start(name: string, env: Record<string, string>, preload: string[] = []) {
  return new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--no-check", ...preload],
      fromFileUrl(import.meta.resolve(`../functions/${name}/deno.ts`)),
    ],
    env: { JWT_SECRET, SERVICE_SECRET, ...env },
    stdout: "piped",
  }).spawn();
}

for (const seconds of [-60, 59]) {
  Deno.test(`calls by key work with webhooks' clock ${seconds} s off, and the difference is logged`, async () => {
    await using database = await testDatabase();
    const folder = await Deno.makeTempDir();
    await using recommender = start("recommender", {
      DATABASE_URL: database.url,
      RECOMMENDER_PORT: "0",
      BLOBS_FOLDER: folder,
    });
    const { url: recommenderUrl } = await listening(recommender);
    const preload = fromFileUrl(import.meta.resolve("../testing/faults/shifted_clock.ts"));
    await using webhooks = start("webhooks", {
      DATABASE_URL: database.url,
      WEBHOOKS_PORT: "0",
      RECOMMENDER_URL: recommenderUrl,
      AIREC_SECRET_KEY: new Uint8Array(32).toBase64({ alphabet: "base64url", omitPadding: true }),
      AIREC_TEST_CLOCK_SHIFT_MS: String(1000 * seconds),
    }, ["--preload", preload]);
    const { url } = await listening(webhooks);

    const [{ id }] = await database.sql`
      insert into auth.users (name, email, password) values ('Ada', 'ada@example.org', 'none')
      returning id`;
    const token = await mintToken(id, { kind: ACCESS, secret: JWT_SECRET, seconds: 300 });
    const post = (path: string, body: unknown, headers: Record<string, string>) =>
      fetch(url + path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
    const registered = await post("/api/apps/register", { app_name: "Shop" }, {
      authorization: `Bearer ${token}`,
    });
    const { api_key } = await registered.json();
    noteSecrets(token, api_key);
    // The recommender accepts the token and reports that the project does not exist. The second
    // call uses the same token two seconds later.
    for (const waitMs of [0, 2_000]) {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      const answer = await post("/api/recommend", { project_id: 1, user_id: "1" }, {
        "x-api-key": api_key,
      });
      assertEquals([answer.status, (await answer.json()).code], [404, "not_found"]);
    }

    const ready = await (await fetch(`${url}/ready`)).json();
    assertEquals(ready.down, []);
    for (const name of ["database", "recommender"]) {
      const skew = ready.clock_skew_seconds[name];
      assertEquals(Math.abs(skew + seconds) < 5, true, `${name}: ${skew} s`);
    }
    assertStringIncludes(JSON.stringify(ready), "clock_skew_seconds");
    for (const process of [webhooks, recommender]) {
      process.kill("SIGTERM");
      await process.status;
    }
    await Deno.remove(folder, { recursive: true });
  });
}
