import { assertEquals } from "@std/assert";
import { drainable } from "./drain.ts";

const request = new Request("http://service.test/");

Deno.test("requests in flight finish before shutdown, new ones are rejected", async () => {
  const answer = Promise.withResolvers<Response>();
  const service = drainable(() => answer.promise);
  const first = service.fetch(request);
  let ended = false;
  const end = service.drain({ withinMs: 10_000 }).then(() => ended = true);
  const late = await service.fetch(request);
  assertEquals([late.status, late.headers.get("retry-after")], [503, "2"]);
  assertEquals((await late.json()).code, "unavailable");
  assertEquals(ended, false);
  answer.resolve(new Response("done"));
  assertEquals(await (await first).text(), "done");
  await end;
});

Deno.test("an idle service ends at once, and a hanging one at the time limit", async () => {
  await drainable(() => new Response()).drain({ withinMs: 60_000 });
  const hanging = drainable(() => new Promise<Response>(() => {}));
  hanging.fetch(request);
  await hanging.drain({ withinMs: 10 });
});

Deno.test("a request whose handler throws no longer counts as in flight", async () => {
  const service = drainable(() => Promise.reject(new Error("broken")));
  await service.fetch(request).catch(() => {});
  await service.drain({ withinMs: 60_000 });
});
