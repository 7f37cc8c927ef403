import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { webHandler } from "./serve_web.ts";

Deno.test("the built dashboard is served with its configuration, and no other file", async () => {
  const folder = join(await Deno.makeTempDir(), "dist");
  await Deno.mkdir(join(folder, "assets"), { recursive: true });
  await Deno.writeTextFile(join(folder, "index.html"), "the page");
  await Deno.writeTextFile(join(folder, "assets", "app-1f.js"), "code");
  await Deno.writeTextFile(join(folder, "..", "secret.txt"), "secret");
  const config = { auth: "http://a", recommender: "http://r", webhooks: "http://w" };
  const handler = webHandler(folder, config);
  const get = (path: string, method = "GET") =>
    handler(new Request(`http://localhost${path}`, { method }));

  assertEquals(await (await get("/")).text(), "the page");
  assertEquals(await (await get("/projects/7?tab=try")).text(), "the page");
  const asset = await get("/assets/app-1f.js");
  assertEquals(asset.headers.get("content-type"), "text/javascript; charset=utf-8");
  assertEquals(asset.headers.get("cache-control"), "public, max-age=31536000, immutable");
  assertEquals(await asset.text(), "code");
  assertEquals(await (await get("/config.json")).json(), config);
  for (const path of ["/", "/config.json", "/assets/app-1f.js", "/missing.js"]) {
    const { headers } = await get(path);
    const policy = headers.get("content-security-policy")!;
    assertStringIncludes(policy, "default-src 'none'");
    assertStringIncludes(policy, "connect-src 'self' http://a http://r http://w");
    assertEquals(/unsafe|\*|data:/.test(policy), false, policy);
    assertEquals(headers.get("x-content-type-options"), "nosniff");
  }
  assertEquals(await (await get("/", "HEAD")).text(), "");
  assertEquals((await get("/", "POST")).status, 405);
  for (const path of ["/../secret.txt", "/%2e%2e/secret.txt", "/missing.js"]) {
    assertEquals((await get(path)).status, 404, path);
  }
});
