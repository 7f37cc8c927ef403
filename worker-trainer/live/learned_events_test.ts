import { assertEquals } from "@std/assert";
import { appendEvents } from "../../functions/recommender/live/live_events.ts";
import { historyGaps } from "../../functions/recommender/projects/promotions.ts";
import { testDatabase } from "../../testing/database.ts";
import { pendingProject, testOwner } from "../../testing/training_project.ts";
import { dropLearnedEvents } from "./learned_events.ts";

Deno.test("events stay until the champion and the version before it have learned them, and a week", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const ownerId = await testOwner(sql);
  const projectId = await pendingProject(sql, { owner: ownerId });
  const append = async () => {
    await appendEvents(sql, [{
      ...{ ownerId, projectId, person: "ann", anonymous: false },
      events: [{ id: null, itemId: "i", type: "view", value: null, at: 0, known: true }],
    }]);
    const [{ seq }] = await sql<{ seq: string }[]>`
      select max(seq) as seq from recommender.live_events`;
    return seq;
  };
  const [first, second, third] = [await append(), await append(), await append()];
  await sql`update recommender.live_events set received_at = now() - interval '8 days'`;
  const left = async () => {
    await dropLearnedEvents(sql);
    return (await sql`select seq from recommender.live_events order by seq`).map(({ seq }) => seq);
  };
  const publish = async (version: string, learnedTo: string) => {
    await sql`
      insert into recommender.learned_versions (project_id, version, learned_to)
      values (${projectId}, ${version}, ${learnedTo})`;
    await sql`
      insert into recommender.promotions (project_id, version, reason)
      values (${projectId}, ${version}, 'TRAINED')`;
    await sql`
      update recommender.recommender_projects set events_rolled_to = ${learnedTo}`;
  };
  assertEquals(await left(), [first, second, third], "no version has learned any");
  await publish("1", first);
  assertEquals(await left(), [second, third]);
  const gaps = async () => {
    const hasGap = await historyGaps(sql, ownerId, projectId);
    return ["none", "1", "2"].map(hasGap);
  };
  assertEquals(await gaps(), [true, false, true], "the first event has left the table");
  await publish("2", third);
  assertEquals(await left(), [second, third], "a rollback to version 1 needs them");
  const fresh = await append();
  await publish("3", fresh);
  assertEquals(await left(), [fresh], "the ids of recent events stay unique");
  assertEquals(await gaps(), [true, true, false]);
});
