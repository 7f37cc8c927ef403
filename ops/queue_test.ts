import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { testDatabase } from "../testing/database.ts";
import { defer } from "../functions/recommender/projects/training_states.ts";
import { claimProject } from "../worker-trainer/queue/claim.ts";
import { sayHere } from "../worker-trainer/queue/trainer_row.ts";
import { pendingProject, projectRow } from "../testing/training_project.ts";
import { queueLines, queueReport } from "./queue.ts";

Deno.test("an operator sees what runs, what waits in its order, what is away, and what fails", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const trainerId = crypto.randomUUID();
  const pause = {
    ...{ dependency: "REGISTRY" as const, state: "the model registry does not answer" },
    ...{ detail: "MLflow at http://mlflow:5000 cannot be reached.", refused: false },
    since: new Date("2026-01-02T03:04:05Z"),
  };
  await sayHere(sql, { id: trainerId, pause });
  const running = await pendingProject(sql, { seconds: 5 });
  await claimProject(sql, { trainerId });
  const resting = await pendingProject(sql);
  await defer(sql, (await claimProject(sql))!, "At the last try it did not answer.");
  const long = await pendingProject(sql, { seconds: 600 });
  const short = await pendingProject(sql, { seconds: 2 });
  await sql`
    insert into recommender.erasures (kind, name, attempts, last_error)
    values ('BLOB', 'uploads/a', 3, 'It is not allowed.'), ('BLOB', 'uploads/b', 0, null)`;

  const report = await queueReport(sql);
  assertEquals(report.running.map(({ id, trainer_id }) => [id, trainer_id]), [[
    running,
    trainerId,
  ]]);
  assertEquals(report.waiting.map(({ id }) => id), [short, long]);
  assertEquals(report.resting.map(({ id }) => id), [resting]);
  const { owner_id } = await projectRow(sql, running);
  const text = queueLines(report).join("\n");
  assertMatch(text, new RegExp(`Running: 1\\.\n.*\n  ${running} +${owner_id} .* 0 % +starting`));
  assertMatch(
    text,
    /paused since 2026-01-02 03:04: REGISTRY is unavailable\. MLflow at http:\/\/mlflow/,
  );
  assertMatch(text, /Waiting, in claim order: 2\./);
  assertMatch(text, /BLOB +uploads\/a +3 .*It is not allowed\./);
  assertNotMatch(text, /@example\.com/);
  assertEquals(JSON.parse(JSON.stringify(report)).waiting[0].seconds, 2);
});
