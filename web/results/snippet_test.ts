import { assertEquals } from "@std/assert";
import { snippet } from "./snippet.ts";

Deno.test("the snippet asks for a list and sends the click with the list's id", async () => {
  const sent: [string, Record<string, unknown>][] = [];
  const answer = {
    recommendation_id: "r-1",
    recommendations: [{ item_id: "a" }, { item_id: "b" }],
  };
  const page = {
    localStorage: {},
    AIREC_KEY: "a key",
    fetch: (url: string, { body }: { body: string }) => {
      sent.push([url, JSON.parse(body)]);
      return Promise.resolve({ json: () => Promise.resolve(answer) });
    },
  };
  const code = snippet({ webhooks: "https://hooks.example", project: 7 });
  const run = new Function(
    ...Object.keys(page),
    `return (async () => { ${code}\nclicked(1); })()`,
  );
  await run(...Object.values(page));
  const [[asked, question], [told, { events, ...rest }]] = sent;
  assertEquals([asked, told], [
    "https://hooks.example/api/recommend",
    "https://hooks.example/api/interactions",
  ]);
  assertEquals([question.project_id, question.placement], [7, "home"]);
  assertEquals(rest, { project_id: 7, anonymous_id: question.anonymous_id });
  const [{ id: _, ...event }] = events as Record<string, unknown>[];
  assertEquals(event, {
    ...{ type: "click", item_id: "b", recommendation_id: "r-1", position: 1 },
  });
});
