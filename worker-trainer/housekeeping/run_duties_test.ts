import { assert, assertEquals } from "@std/assert";
import { testDatabase } from "../../testing/database.ts";
import { until } from "../../testing/until.ts";
import { runDuties } from "./run_duties.ts";

const NEVER = 600_000;

Deno.test("failing and hanging duties delay no other; a queued project wakes all duties", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const stop = new AbortController();
  const hanging = Promise.withResolvers<void>();
  const lines: Record<string, unknown>[] = [];
  let rounds = 0;
  let heard = 0;
  let failures = 0;
  const running = runDuties({
    sql,
    log: (line) => void lines.push(line),
    duties: [
      {
        name: "fails",
        everyMs: 1,
        run() {
          failures++;
          return Promise.reject(new Error("It is away.", { cause: new Error("EACCES") }));
        },
      },
      { name: "hangs", everyMs: 1, run: () => hanging.promise },
      { name: "works", everyMs: NEVER, run: () => Promise.resolve(void rounds++) },
      {
        ...{ name: "hears", everyMs: NEVER, channel: "its_own" },
        run: () => Promise.resolve(void heard++),
      },
    ],
  }, stop.signal);

  await until(() => rounds === 1 && failures === 1);
  await until(async () => {
    await sql`select pg_notify('recommender_queue', '')`;
    return rounds > 3;
  });
  const untilHeard = (times: number) =>
    until(async () => {
      await sql`select pg_notify('its_own', '')`;
      return heard >= times;
    });
  // Notifications arrive in the order they were sent: after this all earlier ones have.
  await untilHeard(heard + 1);
  const before = rounds;
  await untilHeard(heard + 1);
  assertEquals(rounds, before, "its own channel wakes it alone");
  assertEquals(lines[0], {
    level: "error",
    message: "duty failed",
    duty: "fails",
    error: "It is away. (EACCES)",
  });
  hanging.resolve();
  stop.abort();
  await running;
});

Deno.test("the pause of a duty grows with each consecutive failure", async () => {
  await using database = await testDatabase();
  const stop = new AbortController();
  const times: number[] = [];
  const running = runDuties({
    sql: database.sql,
    log: () => {},
    duties: [{
      name: "fails",
      everyMs: 1,
      run: () => Promise.reject(new Error(String(times.push(performance.now())))),
    }],
  }, stop.signal);
  await until(() => times.length === 3);
  stop.abort();
  await running;
  const [first, second] = [times[1] - times[0], times[2] - times[1]];
  assert(first >= 900 && second >= 1_900, `rested ${first} ms, then ${second} ms`);
});
