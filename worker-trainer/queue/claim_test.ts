import { assertEquals, assertGreater, assertStringIncludes } from "@std/assert";
import { testDatabase } from "../../testing/database.ts";
import {
  beat,
  cancelTraining,
  defer,
  release,
  returnTry,
} from "../../functions/recommender/projects/training_states.ts";
import {
  claimProject,
  erasedSince,
  fail,
  FAILURES_ALLOWED,
  finish,
  refuse,
  retryLater,
} from "./claim.ts";
import {
  erasedUser,
  pendingProject,
  projectRow,
  testEndpoint,
  testOwner,
} from "../../testing/training_project.ts";

const OUTCOME = { version: "1", learned_to: 7, report: { format: "airec-report" }, receipts: {} };

Deno.test("the project that waits longest is claimed, once, with its files and mappings", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const first = await pendingProject(sql, {
    files: [{
      file_type: "CONTENT",
      storage_path: "uploads/1",
      dialect: { delimiter: "," },
      mapping: { item_id: "id", feature_col: ["tags", "year"] },
    }],
  });
  const second = await pendingProject(sql);

  const claims = await Promise.all([claimProject(sql), claimProject(sql), claimProject(sql)]);

  assertEquals(claims.map((claim) => claim?.id ?? 0).sort(), [0, first, second].sort());
  const claim = claims.find((claim) => claim?.id === first)!;
  assertEquals(claim.attempt, 1);
  assertEquals(claim.model, `project-${first}-recommender`);
  assertEquals(claim.files[0].mapping as unknown, { item_id: "id", feature_col: ["tags", "year"] });
  assertEquals((await projectRow(sql, first)).status, "PROCESSING");
});

Deno.test("a trainer without heartbeat loses its claim, and its late writes have no effect", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const id = await pendingProject(sql);
  const silent = (await claimProject(sql))!;
  assertEquals(await claimProject(sql), null);
  await sql`update recommender.recommender_projects set lease_until = now() - interval '1 second'`;

  const next = (await claimProject(sql))!;

  assertEquals([next.id, next.attempt, next.failures], [id, 2, 1]);
  assertEquals(await beat(sql, silent, { stage: "late", progress: 1 }), false);
  assertEquals(await finish(sql, silent, OUTCOME), false);
  assertEquals(await fail(sql, silent, "late"), false);
  assertEquals(await retryLater(sql, silent, "late"), false);
  await release(sql, silent);
  const row = await projectRow(sql, id);
  assertEquals([row.status, row.stage, row.error], ["PROCESSING", "starting", null]);
  assertEquals(await beat(sql, next, { stage: "fit", progress: .5 }), true);
});

Deno.test("a finished training is READY with report, receipts and an event for the owner's endpoint", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const owner = await testOwner(sql);
  await testEndpoint(sql, owner);
  const id = await pendingProject(sql, {
    owner,
    files: [{
      file_type: "INTERACTION",
      storage_path: "u",
      dialect: {},
      mapping: { user_id: "u" },
    }],
  });
  const claim = (await claimProject(sql))!;

  assertEquals(
    await finish(sql, claim, { ...OUTCOME, receipts: { [claim.files[0].id]: { rows: 7 } } }),
    true,
  );

  const row = await projectRow(sql, id);
  assertEquals([row.status, row.mlflow_model_version, row.progress], ["READY", "1", 1]);
  const [file] = await sql`select receipt from recommender.uploaded_files`;
  assertEquals(file.receipt, { rows: 7 });
  const [event] = await sql`
    select e.type, e.body, d.status from webhooks.events e join webhooks.deliveries d on d.event_id = e.id`;
  assertEquals([event.type, event.status], ["model.ready", "PENDING"]);
  assertEquals(JSON.parse(event.body).data, {
    project_id: id,
    project_name: "Films",
    model_version: "1",
    stage: "best",
  });
});

const FIRST_MODEL = { ...OUTCOME, report: { ...OUTCOME.report, search: "first" } };

Deno.test("a first model is announced as such, and queues the search for a better version", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const owner = await testOwner(sql);
  await testEndpoint(sql, owner);
  const id = await pendingProject(sql, { owner });
  const first = (await claimProject(sql))!;
  assertEquals([first.improving, first.serving], [false, null]);
  assertEquals(await finish(sql, first, FIRST_MODEL), true);

  const second = (await claimProject(sql))!;
  assertEquals([second.id, second.improving, second.serving], [id, true, "1"]);
  assertEquals([second.attempt, second.training_id === first.training_id], [1, false]);
  // The first half's trainer, back from a suspension, changes nothing.
  assertEquals(await finish(sql, first, { ...FIRST_MODEL, version: "7" }), false);
  assertEquals(await beat(sql, first, { stage: "publishing", progress: 1 }), false);
  assertEquals(await finish(sql, second, { ...OUTCOME, version: "2" }), true);

  const row = await projectRow(sql, id);
  assertEquals([row.status, row.improving, row.mlflow_model_version], ["READY", false, "2"]);
  const events = await sql<{ body: string }[]>`select body from webhooks.events order by id`;
  assertEquals(events.map(({ body }) => JSON.parse(body).data.stage), ["first", "best"]);
  const promotions = await sql`select version from recommender.promotions order by id`;
  assertEquals(promotions.map(({ version }) => version), ["1", "2"]);
});

Deno.test("no search follows where the settings, as claimed or since, want a first model only", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  for (const since of [false, true]) {
    const settings = since ? {} : { search: "first" };
    const id = await pendingProject(sql, { settings });
    const claim = (await claimProject(sql))!;
    await sql`
      update recommender.recommender_projects set settings = '{"version": 1, "search": "first"}'
      where id = ${id}`;
    assertEquals(await finish(sql, claim, FIRST_MODEL), true);
    const row = await projectRow(sql, id);
    assertEquals([row.status, row.improving], ["READY", false]);
  }
});

Deno.test("a second half that fails leaves the first version serving", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const id = await pendingProject(sql);
  await finish(sql, (await claimProject(sql))!, FIRST_MODEL);
  for (let failures = 0; failures < FAILURES_ALLOWED; failures++) {
    await sql`update recommender.recommender_projects set not_before = now()`;
    await retryLater(sql, (await claimProject(sql))!, "It ended with code 1.");
  }
  const row = await projectRow(sql, id);
  assertEquals([row.status, row.improving, row.mlflow_model_version], ["READY", false, "1"]);
  assertStringIncludes(row.error, "failed 3 times");
});

Deno.test("a failed training is ERROR, but a project with a champion continues to serve", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const fresh = await pendingProject(sql);
  const serving = await pendingProject(sql);
  await sql`update recommender.recommender_projects set mlflow_model_version = '3' where id = ${serving}`;
  for (const _ of [fresh, serving]) {
    await fail(sql, (await claimProject(sql))!, "No row is usable.");
  }

  assertEquals((await projectRow(sql, fresh)).status, "ERROR");
  const row = await projectRow(sql, serving);
  assertEquals([row.status, row.mlflow_model_version, row.error], [
    "READY",
    "3",
    "No row is usable.",
  ]);
});

Deno.test("crashed trainings are retried after a pause, three attempts in total", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const id = await pendingProject(sql);
  const other = await pendingProject(sql);

  assertEquals(await retryLater(sql, (await claimProject(sql))!, "It crashed."), true);
  const waiting = await projectRow(sql, id);
  assertEquals(waiting.status, "PENDING");
  assertGreater(waiting.not_before.getTime(), Date.now());
  assertEquals((await claimProject(sql))!.id, other);

  for (const _ of [2, 3]) {
    await sql`update recommender.recommender_projects set not_before = now() where id = ${id}`;
    await retryLater(sql, (await claimProject(sql))!, "It crashed.");
  }
  const row = await projectRow(sql, id);
  assertEquals(row.status, "ERROR");
  assertStringIncludes(row.error, "3 times");
});

Deno.test("a released project can be claimed again at once, without a lost attempt", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const id = await pendingProject(sql);
  await release(sql, (await claimProject(sql))!);
  const again = (await claimProject(sql))!;
  assertEquals([again.id, again.failures], [id, 0]);
});

Deno.test("a finished training is promoted; a refused one leaves the champion unchanged", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const id = await pendingProject(sql);
  await finish(sql, (await claimProject(sql))!, OUTCOME);
  await sql`update recommender.recommender_projects set status = 'PENDING'`;

  const refused = "It ranks worse.";
  const claim = (await claimProject(sql))!;
  assertEquals(await refuse(sql, claim, { ...OUTCOME, version: "2", refused }), true);

  const row = await projectRow(sql, id);
  assertEquals([row.status, row.mlflow_model_version, row.error], ["READY", "1", refused]);
  const promotions = await sql`select version, reason from recommender.promotions`;
  assertEquals(promotions.map(({ version, reason }) => [version, reason]), [["1", "TRAINED"]]);
  assertEquals(await refuse(sql, claim, OUTCOME), false);
});

Deno.test("a claim lists the erased users, and a successful training excludes them", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const file = (file_type: "CONTENT" | "INTERACTION") => ({
    file_type,
    storage_path: `uploads/${file_type}`,
    dialect: {},
    mapping: {},
  });
  const files = [file("CONTENT"), file("INTERACTION")];
  const projectId = await pendingProject(sql, { files });
  const first = (await claimProject(sql))!;
  assertEquals([first.erased_users, first.forgetting], [[], false]);
  assertEquals(first.files.map(({ cleaned }) => cleaned), [false, false]);

  for (const userId of ["bob", "ann"]) await erasedUser(sql, projectId, userId);
  await sql`update recommender.uploaded_files set cleaned_at = now() where id = ${
    first.files[1].id
  }`;
  const claim = (await claimProject(sql))!;
  assertEquals([claim.erased_users, claim.forgetting], [["ann", "bob"], true]);
  assertEquals(claim.files.map(({ cleaned }) => cleaned), [false, true]);
  assertEquals(await erasedSince(sql, claim, OUTCOME), []);
  await sql`insert into recommender.erased_users (project_id, user_id) values (${projectId}, 'cy')`;
  assertEquals(await erasedSince(sql, claim, OUTCOME), ["cy"]);
  // It is not known which users an earlier attempt excluded.
  assertEquals(await erasedSince(sql, claim, { ...OUTCOME, found: true }), ["ann", "bob", "cy"]);
  await finish(sql, claim, { ...OUTCOME, version: "3" });

  const unlearned = await sql`
    select user_id from recommender.erased_users where unlearned_at is not null order by 1`;
  assertEquals(unlearned.map(({ user_id }) => user_id), ["ann", "bob"]);
  assertEquals([...await sql`select from recommender.erasures`], [], "versions are kept");
  await sql`update recommender.recommender_projects set status = 'PENDING'`;
  const next = (await claimProject(sql))!;
  assertEquals([next.forgetting, next.erased_users], [true, ["ann", "bob", "cy"]]);
  await finish(sql, next, { ...OUTCOME, version: "4" });
  await sql`update recommender.recommender_projects set status = 'PENDING'`;
  assertEquals((await claimProject(sql))!.forgetting, false);
});

Deno.test("a trainer that was only disconnected returns the attempt that its claim used", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const id = await pendingProject(sql);
  const cutOff = (await claimProject(sql))!;
  await sql`update recommender.recommender_projects set lease_until = now() - interval '1 second'`;
  assertEquals((await claimProject(sql))!.failures, 1);

  await returnTry(sql, cutOff);
  await returnTry(sql, cutOff);
  assertEquals((await projectRow(sql, id)).failures, 0);
});

Deno.test("a training that lacks a dependency available to others uses no attempt, and waits longer each time", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const id = await pendingProject(sql);
  const pauses: number[] = [];
  for (let i = 0; i < 12; i++) {
    await sql`update recommender.recommender_projects set not_before = now() where id = ${id}`;
    await defer(sql, (await claimProject(sql))!, "It does not answer.");
    const row = await projectRow(sql, id);
    assertEquals([row.status, row.failures, row.deferrals], ["PENDING", 0, i + 1]);
    pauses.push(Math.round((row.not_before.getTime() - Date.now()) / 1000));
  }
  assertEquals([pauses[1] > pauses[0], pauses.at(-1)! > 590, pauses.at(-1)! <= 601], [
    true,
    true,
    true,
  ]);
  await sql`update recommender.recommender_projects set training_id = gen_random_uuid()`;
  assertEquals((await projectRow(sql, id)).deferrals, 0);
});

Deno.test("a promotion in progress is completed after its trainer dies", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const id = await pendingProject(sql);
  const claim = (await claimProject(sql))!;
  await beat(sql, claim, { stage: "publishing", progress: 1 });
  await sql`update recommender.recommender_projects set lease_until = now() - interval '1 second'`;
  await claimProject(sql);
  const row = await projectRow(sql, id);
  assertEquals([row.stage, row.progress], ["publishing", 1]);
  assertEquals(await cancelTraining(sql, row.owner_id, id), null);
});

Deno.test("the transactions of a lost claim write nothing and report it to the trainer", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const owner = await testOwner(sql);
  await testEndpoint(sql, owner);
  const file = { file_type: "INTERACTION" as const, storage_path: "u", dialect: {}, mapping: {} };
  const id = await pendingProject(sql, { owner, files: [file] });
  await erasedUser(sql, id, "ann");
  const everything = async () => {
    const [all] = await sql`
      select to_jsonb(p) as project,
        (select jsonb_agg(to_jsonb(f)) from recommender.uploaded_files f) as files,
        (select jsonb_agg(to_jsonb(e)) from recommender.erased_users e) as erased,
        (select count(*) from recommender.promotions)::int as promotions,
        (select count(*) from webhooks.events)::int as events,
        (select count(*) from auth.audit_entries)::int as entries
      from recommender.recommender_projects p`;
    return all;
  };
  const loses = [
    () => sql`update recommender.recommender_projects set attempt = attempt + 1`,
    () => sql`update recommender.recommender_projects set training_id = gen_random_uuid()`,
    () => cancelTraining(sql, owner, id),
  ];
  for (const lose of loses) {
    await sql`update recommender.recommender_projects set status = 'PENDING'`;
    const claim = (await claimProject(sql))!;
    const lastTry = { ...claim, failures: FAILURES_ALLOWED - 1 };
    const outcome = { ...OUTCOME, version: "9", receipts: { [claim.files[0].id]: { rows: 7 } } };
    await lose();
    const before = await everything();
    const told = [
      await finish(sql, claim, outcome),
      await refuse(sql, claim, { ...outcome, refused: "It is worse." }),
      await fail(sql, claim, "No rows.", { receipts: outcome.receipts, serving: "1" }),
      await retryLater(sql, claim, "It crashed."),
      await retryLater(sql, lastTry, "It crashed."),
      await defer(sql, claim, "It is away."),
      await release(sql, claim),
      await beat(sql, claim, { stage: "fitting", progress: .5 }),
    ];
    assertEquals(told, told.map(() => false));
    assertEquals(await everything(), before);
  }
});
