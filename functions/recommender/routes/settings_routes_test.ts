import { assertEquals } from "@std/assert";
import { waitingProject } from "../../../dev/test_project.ts";
import { testRecommender } from "../../../dev/test_recommender.ts";

const DEFAULTS = {
  version: 1,
  event_weights: null,
  budget_seconds: null,
  memory_limit: null,
  retrain_every: null,
};

Deno.test("settings begin with their defaults, change one by one, and go back", async () => {
  await using service = await testRecommender();
  const { ann, path } = await waitingProject(service, "COLLABORATIVE");
  const change = async (body: unknown) => (await ann.send("PATCH", `${path}/settings`, body)).body;
  assertEquals((await ann.get(`${path}/settings`)).body, DEFAULTS);
  assertEquals(await change({ budget_seconds: 60 }), { ...DEFAULTS, budget_seconds: 60 });
  assertEquals(await change({ event_weights: { " Play ": 2 }, memory_limit: "2GB" }), {
    ...DEFAULTS,
    budget_seconds: 60,
    event_weights: { play: 2 },
    memory_limit: 2_000_000_000,
  });
  assertEquals(await change({ event_weights: { skip: 0.5 }, retrain_every: 24 }), {
    ...DEFAULTS,
    budget_seconds: 60,
    event_weights: { skip: 0.5 },
    memory_limit: 2_000_000_000,
    retrain_every: 24,
  });
  const back = { event_weights: null, budget_seconds: null, memory_limit: null };
  assertEquals(await change(back), { ...DEFAULTS, retrain_every: 24 });
  const stored = await service.sql`select settings from recommender.recommender_projects`;
  assertEquals(stored[0].settings, { version: 1, retrain_every: 24 });
});

Deno.test("what no training could keep is refused by name and changes nothing", async () => {
  await using service = await testRecommender();
  const { ann, path } = await waitingProject(service, "COLLABORATIVE");
  const cases: [body: unknown, pointer: string][] = [
    [{ budget_seconds: 9 }, "/budget_seconds"],
    [{ budget_seconds: "60" }, "/budget_seconds"],
    [{ memory_limit: "much" }, "/memory_limit"],
    [{ memory_limit: 5 }, "/memory_limit"],
    [{ memory_limit: "9999999GB" }, "/memory_limit"],
    [{ event_weights: { play: 0 } }, "/event_weights/play"],
    [{ event_weights: { play: "2" } }, "/event_weights/play"],
    [{ retrain_every: 0 }, "/retrain_every"],
    [{ version: 2 }, "/version"],
    [{ unheard_of: 1 }, "/"],
  ];
  for (const [body, pointer] of cases) {
    const answer = await ann.send("PATCH", `${path}/settings`, body);
    assertEquals(answer.status, 422, JSON.stringify(body));
    assertEquals(answer.body.errors[0].pointer, pointer, JSON.stringify(answer.body));
  }
  assertEquals((await ann.get(`${path}/settings`)).body, DEFAULTS);
});
