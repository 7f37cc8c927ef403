import { assertEquals } from "@std/assert";
import { Hono } from "hono";
import { testDatabase } from "../../../testing/database.ts";
import { addHealth, type Checks, databaseTime, skewOf } from "./health.ts";

async function ready(checks: Checks) {
  const app = new Hono();
  const said: unknown[] = [];
  addHealth(app, checks, { skewed: (skews) => said.push(skews) });
  const answer = await app.request("/ready");
  return { status: answer.status, body: await answer.json(), said };
}

Deno.test("dependencies that do not respond are named, and clock differences are reported", async () => {
  const agreeing = { database: () => Promise.resolve(Date.now() + 1_000), other: async () => {} };
  assertEquals(await ready(agreeing), { status: 200, body: { status: "ok", down: [] }, said: [] });
  const behind = () => Promise.resolve(Date.now() - 45_000);
  const { status, body, said } = await ready({
    ...{ database: () => Promise.reject(new Error("away")), recommender: behind },
  });
  assertEquals([status, body.status, body.down], [503, "unavailable", ["database"]]);
  assertEquals(Math.round(body.clock_skew_seconds.recommender), -45);
  assertEquals(said, [body.clock_skew_seconds]);
  const app = new Hono();
  addHealth(app, { database: () => Promise.reject(new Error("away")) });
  assertEquals((await app.request("/ready")).headers.get("retry-after"), "2");
});

Deno.test("a slow response is no clock difference, and the database's clock is the reference", async () => {
  const clock = [1_000, 9_000];
  assertEquals(await skewOf(() => Promise.resolve(5_000), () => clock.shift()!), 0);
  await using database = await testDatabase();
  assertEquals(Math.abs(await skewOf(() => databaseTime(database.service))) < 2, true);
});
