import { assertEquals, assertRejects } from "@std/assert";
import { testDatabase } from "../../testing/database.ts";
import { endPauses, pauseDuty, pauseRemovals } from "./pauses.ts";

Deno.test("removals are paused while the lease is held, and a lost lease is reported", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const isPaused = async () => (await sql`select http.is_paused('removals') as it`)[0].it;
  {
    await using pause = await pauseRemovals(sql, { reason: "a test" });
    assertEquals(await isPaused(), true);
    await pause.check();
    // As if this process or the database had stopped for longer than the lease.
    await sql`update http.pauses set until = now() - interval '1 second'`;
    assertEquals(await isPaused(), false);
    await assertRejects(() => pause.check(), Error, "pause of removals expired");
    assertEquals(await isPaused(), false);
  }
  // The lease of a killed backup goes with the next.
  await sql`
    insert into http.pauses (duty, reason, until)
    values ('removals', 'killed', now() - interval '1 minute')`;
  {
    await using _one = await pauseRemovals(sql, { reason: "a test" });
    await using _other = await pauseRemovals(sql, { reason: "a test" });
  }
  assertEquals((await sql`select from http.pauses`).length, 0);
});

Deno.test("a copy's duties are paused until resumed", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  await using _backup = await pauseRemovals(sql, { reason: "a test" });
  for (const duty of ["webhooks", "retrains"] as const) {
    await pauseDuty(sql, { duty, reason: "a test" });
  }
  const paused = async () =>
    (await sql`
    select duty from http.pauses where until > now() order by duty`).map(({ duty }) => duty);
  assertEquals(await paused(), ["removals", "retrains", "webhooks"]);
  assertEquals((await endPauses(sql)).sort(), ["retrains", "webhooks"]);
  assertEquals(await paused(), ["removals"]);
});
