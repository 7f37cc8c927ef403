import { assertEquals } from "@std/assert";
import { waitingProject } from "../../../testing/project.ts";
import { testRecommender } from "../../../testing/recommender.ts";

Deno.test("changes of a project and its models are in the owner's audit trail", async () => {
  await using service = await testRecommender();
  const { sql } = service;
  const { ann, path, id } = await waitingProject(service, "COLLABORATIVE");
  const ends = (stage: string, error: string | null) =>
    sql`
      update recommender.recommender_projects
      set status = 'READY', stage = ${stage}, error = ${error}, finished_at = clock_timestamp()
      where id = ${id}`;
  await ends("ready", "It answers worse than the version that serves.");
  await ann.send("POST", `${path}/retrain`);
  await ends("reading", "The file has no rows.");
  await ann.send("POST", `${path}/retrain`);
  await ann.send("POST", `${path}/cancel`);
  await ann.send("PATCH", `${path}/settings`, { budget_seconds: 60 });
  await ann.send("PATCH", `${path}/settings`, { budget_seconds: 60 });
  for (const reason of ["TRAINED", "PROMOTED", "ROLLED_BACK"]) {
    await sql`
      insert into recommender.promotions (project_id, version, reason)
      values (${id}, '1', ${reason})`;
  }
  await ann.send("DELETE", `${path}/users/somebody`);
  await ann.send("DELETE", path);

  const entries =
    await sql`select action, detail, actor, owner_id from auth.audit_entries order by id`;
  assertEquals(entries.map(({ action }) => action), [
    ...["project.created", "model.rejected", "training.queued", "training.failed"],
    ...["training.queued", "training.cancelled"],
    ...["project.settings_changed", "model.promoted", "model.promoted", "model.rolled_back"],
    ...["project.user_erased", "training.queued", "project.deleted"],
  ]);
  assertEquals(entries[1].detail.reason, "It answers worse than the version that serves.");
  assertEquals(entries.slice(7, 10).map(({ detail }) => detail.by), ["training", "hand", "hand"]);
  for (const { detail } of entries) assertEquals(detail.project_id, id);
  // What the test did in the trainer's place has no caller.
  const byTrainer = ["model.rejected", "training.failed", "model.promoted", "model.rolled_back"];
  for (const { action, actor, owner_id } of entries) {
    assertEquals(actor, byTrainer.includes(action) ? "system" : `account:${owner_id}`, action);
  }
});
