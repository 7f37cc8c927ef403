import { assert, assertEquals, assertMatch } from "@std/assert";
import { buildPage, servedModule } from "../../../ops/deploy/build_page.ts";
import { PAGE, testService } from "../../../testing/webhooks_service.ts";

/** Maximum size of the script, compressed. */
const MOST_BYTES = 3_000;

const noRecommender = () => new Response(null, { status: 500 });

Deno.test("the served script is built from clients/page, and has at most 3 kB compressed", async () => {
  const built = await buildPage();
  const served = await Deno.readTextFile(new URL("./script.ts", import.meta.url));
  assertEquals(served, await servedModule(built), "`deno task build:page` writes it anew");
  const packed = new Blob([built.script]).stream().pipeThrough(new CompressionStream("gzip"));
  const { byteLength } = await new Response(packed).arrayBuffer();
  assert(byteLength <= MOST_BYTES, `${byteLength} bytes`);
});

Deno.test("airec.js is served to any origin, briefly cached, and for a year by its version", async () => {
  await using service = await testService(noRecommender);
  const get = (path: string, headers: Record<string, string> = {}) =>
    service.app.request(path, { headers: { origin: PAGE, ...headers } });
  const answer = await get("/airec.js");
  assertEquals(answer.status, 200);
  assertMatch(await answer.text(), /^var airec=/);
  const { headers } = answer;
  assertEquals(headers.get("content-type"), "text/javascript; charset=utf-8");
  assertEquals(headers.get("access-control-allow-origin"), "*");
  assertEquals(headers.get("cross-origin-resource-policy"), "cross-origin");
  assertEquals(headers.get("cache-control"), "public, max-age=300, stale-while-revalidate=86400");
  const etag = headers.get("etag")!;

  const forever = await get(headers.get("content-location")!);
  assertMatch(await forever.text(), /^var airec=/);
  assertEquals(forever.headers.get("cache-control"), "public, max-age=31536000, immutable");
  const earlier = await get("/airec.js?v=0123456789abcdef");
  assertMatch(await earlier.text(), /^var airec=/, "a page may name an earlier version");
  assertMatch(earlier.headers.get("cache-control")!, /max-age=300/);

  const again = await get("/airec.js", { "if-none-match": etag });
  assertEquals([again.status, await again.text(), again.headers.get("etag")], [304, "", etag]);
  const weak = await get("/airec.js", { "if-none-match": `"other", W/${etag}` });
  assertEquals(weak.status, 304);
  await weak.body?.cancel();
});
