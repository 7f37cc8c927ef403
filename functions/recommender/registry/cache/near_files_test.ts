import { assertEquals, assertMatch } from "@std/assert";
import { nearFiles } from "./near_files.ts";

Deno.test("a file is cached by its hash; a missing or unavailable one is null", async () => {
  const name = `airec-${crypto.randomUUID()}`;
  const cache = await caches.open(name);
  const near = nearFiles(cache);
  assertEquals(await near.read("ab"), null);
  const bytes = crypto.getRandomValues(new Uint8Array(70_000 - 4_500));
  await near.keep("ab", () => Promise.resolve(new Blob([bytes]).stream()));
  assertEquals(await near.read("ab"), bytes);
  const [entry] = await cache.keys();
  assertMatch((await cache.match(entry))!.headers.get("cache-control")!, /immutable/);
  assertEquals(await near.read("cd"), null);
  await caches.delete(name);

  const broken = { match: () => Promise.reject(new Error("away")), put: () => Promise.reject() };
  assertEquals(await nearFiles(broken).read("ab"), null);
});
