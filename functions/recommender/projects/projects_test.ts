import { assertEquals, assertRejects } from "@std/assert";
import type { Sql } from "postgres";
import { testDatabase } from "../../../testing/database.ts";
import {
  createProject,
  findProject,
  findProjectDetails,
  listProjects,
  type NewProject,
  requeueProject,
} from "./projects.ts";
import { deleteProject } from "./training_states.ts";

async function user(sql: Sql, name: string): Promise<string> {
  const [{ id }] = await sql<{ id: string }[]>`
    insert into auth.users (name, email, password)
    values (${name}, ${`${name}@example.test`}, '') returning id`;
  return id;
}

const DIALECT: NewProject["files"][0]["dialect"] = {
  encoding: "utf-8",
  delimiter: ",",
  quote: '"',
  newline: "\n",
  header: true,
};

const FILMS: NewProject = {
  project_name: "Films",
  model_type: "HYBRID",
  files: [
    {
      file_type: "CONTENT",
      storage_path: "uploads/a",
      file_name: "films.csv",
      bytes: 5_000_000_000,
      sha256: "00",
      rows: 3,
      dialect: DIALECT,
      mapping: { item_id: "movieId", item_title: "title", feature_col: ["genres", "year"] },
    },
    {
      file_type: "INTERACTION",
      storage_path: "uploads/b",
      file_name: "ratings.csv",
      bytes: 12,
      sha256: "01",
      rows: 3,
      dialect: DIALECT,
      mapping: { user_id: "userId", item_id: "movieId" },
    },
  ],
};

Deno.test("a project is stored completely and waits for the trainer", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const ann = await user(sql, "ann");
  const woken = Promise.withResolvers<void>();
  const { unlisten } = await sql.listen("recommender_queue", () => woken.resolve());
  const project = await createProject(sql, ann, FILMS);
  await woken.promise;
  await unlisten();
  assertEquals(project.status, "PENDING");
  assertEquals(project.mlflow_model_name, `project-${project.id}-recommender`);
  const details = await findProjectDetails(sql, ann, project.id);
  assertEquals(
    details?.files.map(({ file_type, bytes, mapping }) => ({ file_type, bytes, mapping })),
    [
      { file_type: "CONTENT", bytes: 5_000_000_000, mapping: FILMS.files[0].mapping },
      { file_type: "INTERACTION", bytes: 12, mapping: FILMS.files[1].mapping },
    ],
  );
  assertEquals(details?.files[0].dialect, DIALECT);
});

Deno.test("a project is stored completely or not at all", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const ann = await user(sql, "ann");
  const [content, interaction] = FILMS.files;
  const broken = { ...interaction, mapping: { user_id: "a\0b", item_id: "i" } };
  await assertRejects(() => createProject(sql, ann, { ...FILMS, files: [content, broken] }));
  assertEquals((await listProjects(sql, ann, { limit: 10 })).length, 0);
  const [{ count }] = await sql`select count(*)::int from recommender.uploaded_files`;
  assertEquals(count, 0);
});

Deno.test("projects are listed newest first, in pages, and to their owner alone", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const [ann, bob] = [await user(sql, "ann"), await user(sql, "bob")];
  const ids: number[] = [];
  for (let i = 0; i < 3; i++) ids.unshift((await createProject(sql, ann, FILMS)).id);
  await createProject(sql, bob, FILMS);
  const idsOf = async (options: { limit: number; before?: number }) =>
    (await listProjects(sql, ann, options)).map(({ id }) => id);
  assertEquals(await idsOf({ limit: 10 }), ids);
  assertEquals(await idsOf({ limit: 2 }), ids.slice(0, 2));
  assertEquals(await idsOf({ limit: 2, before: ids[1] }), ids.slice(2));
});

Deno.test("the list of projects has key figures of each model", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const ann = await user(sql, "ann");
  const judged = await createProject(sql, ann, FILMS);
  const content = await createProject(sql, ann, FILMS);
  await createProject(sql, ann, FILMS);
  const write = (id: number, report: Record<string, unknown>) =>
    sql`update recommender.recommender_projects set report = ${sql.json(report as never)}
      where id = ${id}`;
  const test = { metrics: { recall: .3, ndcg: .2 }, popularity: { recall: .1, ndcg: .05 } };
  await write(judged.id, { test });
  await write(content.id, { content: { items_with_neighbours: .97 } });
  const listed = await listProjects(sql, ann, { limit: 3 });
  assertEquals(listed.map(({ quality }) => quality), [
    null,
    { items_with_neighbours: .97 },
    { recall: .3, ndcg: .2, popularity_recall: .1, popularity_ndcg: .05 },
  ]);
});

Deno.test("another owner finds, requeues and deletes nothing", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const [ann, bob] = [await user(sql, "ann"), await user(sql, "bob")];
  const { id } = await createProject(sql, ann, FILMS);
  await sql`update recommender.recommender_projects set status = 'READY' where id = ${id}`;
  assertEquals(await findProject(sql, bob, id), null);
  assertEquals(await findProjectDetails(sql, bob, id), null);
  assertEquals(await requeueProject(sql, bob, id), null);
  assertEquals(await deleteProject(sql, bob, id), null);
  assertEquals((await findProject(sql, ann, id))?.status, "READY");
});

Deno.test("a retrain is a new training from the start; one that waits is not queued twice", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const ann = await user(sql, "ann");
  const { id } = await createProject(sql, ann, FILMS);
  assertEquals(await requeueProject(sql, ann, id), null);
  const [before] = await sql`
    update recommender.recommender_projects
    set status = 'ERROR', error = 'No.', attempt = 3, failures = 2, progress = .5, stage = 'fitting',
      mlflow_model_version = '4', trained_at = now(), not_before = now() + interval '1 hour'
    where id = ${id} returning training_id, queued_at`;
  const project = await requeueProject(sql, ann, id);
  assertEquals([project?.status, project?.error, project?.progress], ["PENDING", null, 0]);
  assertEquals(project?.mlflow_model_version, "4");
  const [after] = await sql`
    select training_id, queued_at, attempt, failures, not_before <= now() as due
    from recommender.recommender_projects where id = ${id}`;
  assertEquals([after.attempt, after.failures, after.due], [0, 0, true]);
  assertEquals(after.training_id !== before.training_id, true);
  assertEquals(after.queued_at > before.queued_at, true);
});

Deno.test("files and models of a deleted project are recorded for erasure", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const ann = await user(sql, "ann");
  const { id } = await createProject(sql, ann, FILMS);
  assertEquals(await deleteProject(sql, ann, id), `project-${id}-recommender`);
  const erasures = await sql`select kind, name from recommender.erasures order by name`;
  assertEquals(erasures.map(({ kind, name }) => `${kind} ${name}`), [
    `MODEL project-${id}-recommender`,
    "BLOB uploads/a",
    "BLOB uploads/b",
  ]);
  assertEquals(await deleteProject(sql, ann, id), null);
});
