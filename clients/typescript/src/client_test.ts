import { assertEquals, assertRejects } from "@std/assert";
import { Airec, AirecError } from "./client.ts";

/** A client whose calls get these responses in turn, and the requests that it sent. */
function clientOf(...responses: (Response | Error)[]) {
  const sent: { url: string; init: RequestInit }[] = [];
  const fetch = (url: string, init: RequestInit) => {
    sent.push({ url, init });
    const response = responses.shift()!;
    return response instanceof Error ? Promise.reject(response) : Promise.resolve(response);
  };
  const options = { baseUrl: "http://airec.test/", key: "a-key", fetch: fetch as never };
  return { airec: new Airec(options), sent };
}

const busy = (status: number) => new Response("", { status, headers: { "retry-after": "0" } });

Deno.test("429, 503 and failed connections are retried, events with the same ids", async () => {
  const answer = Response.json({ recommendations: [] });
  const { airec, sent } = clientOf(busy(503), new TypeError("connection refused"), answer);
  assertEquals(await airec.recommend({ project_id: 7, user_id: "1" }), { recommendations: [] });
  assertEquals(sent.map(({ url }) => url), Array(3).fill("http://airec.test/api/recommend"));
  const received = Response.json({ accepted: 1, duplicates: 0, rejected: [] }, { status: 202 });
  const again = clientOf(busy(503), received);
  await again.airec.sendEvents({ project_id: 7, user_id: "1", events: [{ type: "view" }] });
  const [first, second] = again.sent.map(({ init }) => init.body);
  assertEquals(first, second);
  assertEquals(new Headers(sent[0].init.headers).get("x-api-key"), "a-key");
});

Deno.test("after its retries and for other statuses a call throws the problem", async () => {
  const { airec, sent } = clientOf(busy(429), busy(429), busy(429));
  const late = await assertRejects(() => airec.columns(7), AirecError);
  assertEquals([late.status, late.code, sent.length], [429, undefined, 3]);
  const problem = { status: 422, code: "invalid_input", detail: "No user." };
  const headers = { "content-type": "application/problem+json" };
  const refused = clientOf(new Response(JSON.stringify(problem), { status: 422, headers }));
  const error = await assertRejects(
    () => refused.airec.recommend({ project_id: 7 }),
    AirecError,
    "No user.",
  );
  assertEquals([error.code, refused.sent.length], ["invalid_input", 1]);
});

Deno.test("a pause beyond the time limit is not waited for", async () => {
  const wait = new Response("", { status: 429, headers: { "retry-after": "60" } });
  const { airec, sent } = clientOf(wait);
  await assertRejects(() => airec.popularItems({ project_id: 7 }), AirecError);
  assertEquals(sent[0].url, "http://airec.test/api/popular?project_id=7");
});

Deno.test("trending items are asked with their limit", async () => {
  const { airec, sent } = clientOf(Response.json({ items: [] }));
  assertEquals((await airec.trendingItems({ project_id: 7, limit: "3" })).items, []);
  assertEquals(sent[0].url, "http://airec.test/api/trending?project_id=7&limit=3");
});

Deno.test("events without an id get one", async () => {
  const { airec, sent } = clientOf(Response.json({}, { status: 202 }));
  await airec.sendEvents({
    project_id: 7,
    user_id: "1",
    events: [{ type: "view", item_id: "a" }, { id: "own", type: "view", item_id: "b" }],
  });
  const { events } = JSON.parse(String(sent[0].init.body));
  assertEquals([events[0].id.length, events[1].id], [36, "own"]);
});
