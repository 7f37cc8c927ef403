/** The order of the queue: one test for each rule of turns.ts. */
import { assertEquals } from "@std/assert";
import type { Sql } from "postgres";
import { testDatabase } from "../../testing/database.ts";
import { projectRow, testOwner } from "../../testing/training_project.ts";
import { type Claim, type ClaimOptions, claimProject, finish, retryLater } from "./claim.ts";
import { inOrder, type Waiting, waitingTrainings } from "./turns.ts";

const SMALL = 20_000;
const MIDDLE = 2_000_000;
const LARGE = 200_000_000;

Deno.test("owners take turns, however many trainings one of them has", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const [ann, bob, cy] = await owners(sql, 3);
  for (let i = 1; i <= 5; i++) await waiting(sql, { owner: ann, name: `ann ${i}` });
  assertEquals(await claims(sql, 2), ["ann 1", "ann 2"]);

  for (let i = 1; i <= 2; i++) await waiting(sql, { owner: bob, name: `bob ${i}` });
  await waiting(sql, { owner: cy, name: "cy 1" });

  // New owners join the current turn, which Ann has had already.
  assertEquals(await claims(sql, 6), ["bob 1", "cy 1", "ann 3", "bob 2", "ann 4", "ann 5"]);
});

Deno.test("an owner who returns has no more turns than the others", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const [ann, bob] = await owners(sql, 2);
  for (let i = 1; i <= 20; i++) await waiting(sql, { owner: ann, name: `ann ${i}` });
  await claims(sql, 15);
  for (let i = 1; i <= 3; i++) await waiting(sql, { owner: bob, name: `bob ${i}` });
  assertEquals(await claims(sql, 6), ["bob 1", "ann 16", "bob 2", "ann 17", "bob 3", "ann 18"]);
});

Deno.test("within a turn the cheapest training comes first, by bytes or by the duration of the last one", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const [ann, bob, cy] = await owners(sql, 3);
  await waiting(sql, { owner: ann, name: "large", bytes: LARGE });
  await waiting(sql, { owner: bob, name: "small", bytes: SMALL });
  // As large as Ann's in bytes, but its last training was quick.
  const known = await waiting(sql, { owner: cy, name: "quick", bytes: LARGE });
  await sql`
    update recommender.recommender_projects set last_seconds = 5, last_bytes = ${LARGE}
    where id = ${known}`;
  assertEquals(await order(sql), ["small", "quick", "large"]);

  // Files that have grown since raise the estimate.
  await addFile(sql, known, 100 * LARGE);
  assertEquals(await order(sql), ["small", "large", "quick"]);
});

Deno.test("each turn waited raises a training by one class, so that none starves", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const [ann] = await owners(sql, 1);
  await waiting(sql, { owner: ann, name: "long", bytes: MIDDLE, serving: "1" });
  const claimed: string[] = [];
  for (let i = 1; i <= 12; i++) {
    await waiting(sql, { owner: ann, name: `short ${i}`, bytes: SMALL, serving: "1" });
    claimed.push(...await claims(sql, 1));
    if (claimed.at(-1) === "long") break;
  }
  // 14 s, class 4, and 2.05 s, class 2: after two turns the classes are equal, and age decides.
  assertEquals(claimed, ["short 1", "short 2", "long"]);
});

Deno.test("accounts without a first READY share one turn, and alternate within it", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const [ann] = await owners(sql, 1);
  for (let i = 1; i <= 3; i++) await waiting(sql, { owner: ann, name: `ann ${i}` });
  const newcomers: string[] = [];
  for (let i = 1; i <= 3; i++) newcomers.push(await testOwner(sql));
  for (const [i, owner] of newcomers.entries()) {
    for (const nth of ["first", "second"]) await waiting(sql, { owner, name: `${nth} of ${i}` });
  }
  assertEquals(await claims(sql, 9, { ready: false }), [
    "ann 1",
    "first of 0",
    "ann 2",
    "first of 1",
    "ann 3",
    "first of 2",
    "second of 0",
    "second of 1",
    "second of 2",
  ]);
});

Deno.test("an account that had its first READY has turns of its own", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const [first, second] = [await testOwner(sql), await testOwner(sql)];
  for (const [i, owner] of [first, second].entries()) {
    for (let n = 1; n <= 3; n++) await waiting(sql, { owner, name: `${n} of ${i}` });
  }
  // With a READY each they are two owners, and still neither precedes the other.
  assertEquals(await claims(sql, 6), ["1 of 0", "1 of 1", "2 of 0", "2 of 1", "3 of 0", "3 of 1"]);
  const ready = await sql`select from recommender.turns where first_ready_at is not null`;
  assertEquals(ready.length, 2);
});

Deno.test("at most one training of an owner runs while others wait, and no slot stays idle", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const [ann, bob] = await owners(sql, 2);
  for (let i = 1; i <= 4; i++) await waiting(sql, { owner: ann, name: `ann ${i}` });
  const running = [await claimed(sql), await claimed(sql)];
  assertEquals(names(running), ["ann 1", "ann 2"]);

  for (let i = 1; i <= 3; i++) await waiting(sql, { owner: bob, name: `bob ${i}` });
  // Bob's first; then both have one running, and turns decide.
  const next = [await claimed(sql), await claimed(sql), await claimed(sql)];
  assertEquals(names(next), ["bob 1", "ann 3", "bob 2"]);

  const [two] = await sql<Waiting[]>`
    select * from (${waitingTrainings(sql, { runningOfOne: 4 })}) w order by ${inOrder(sql)}`;
  assertEquals([two.project_name, two.is_beyond], ["ann 4", false]);
});

Deno.test("the second place of a trainer is for trainings that are short by estimate", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const [ann] = await owners(sql, 1);
  const long = await waiting(sql, { owner: ann, name: "long", bytes: MIDDLE, serving: "1" });
  assertEquals(await claimProject(sql, { only: ["short"] }), null);
  await waiting(sql, { owner: ann, name: "short", bytes: SMALL });
  assertEquals(await claims(sql, 1, { only: ["short"] }), ["short"]);
  assertEquals((await claimProject(sql))?.id, long);
});

Deno.test("within a turn second halves come last, and take a turn of their owner", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const [ann, bob] = await owners(sql, 2);
  await waiting(sql, { owner: ann, name: "ann's search", serving: "1", improving: true });
  await waiting(sql, { owner: bob, name: "bob's first", bytes: LARGE });
  await waiting(sql, { owner: ann, name: "ann's first", bytes: LARGE });
  await waiting(sql, { owner: bob, name: "bob's retrain", bytes: LARGE, serving: "1" });
  assertEquals(await order(sql), ["bob's first", "ann's first", "bob's retrain", "ann's search"]);
  // Beside another search there is room for first models only, of any size.
  assertEquals(await claims(sql, 2, { only: ["first"] }), ["bob's first", "ann's first"]);
  assertEquals(await claimProject(sql, { only: ["first"] }), null);
  // A search is never short: its project already serves a version.
  assertEquals(await claimProject(sql, { only: ["short"] }), null);
});

Deno.test("an abandoned training comes first and uses no turn of its owner", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const [ann, bob] = await owners(sql, 2);
  await waiting(sql, { owner: ann, name: "left", bytes: LARGE });
  const left = (await claimProject(sql))!;
  await waiting(sql, { owner: ann, name: "ann 2" });
  await waiting(sql, { owner: bob, name: "bob 1" });
  await sql`
    update recommender.recommender_projects set lease_until = now() - interval '1 second'
    where id = ${left.id}`;
  assertEquals(await order(sql), ["left", "bob 1", "ann 2"]);
  assertEquals(await claims(sql, 1, { withAbandoned: false }), ["bob 1"]);
  assertEquals(await claims(sql, 2), ["left", "ann 2"]);
});

Deno.test("a training that waits for its next attempt delays no other", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const [ann] = await owners(sql, 1);
  const crashed = await waiting(sql, { owner: ann, name: "crashed" });
  await retryLater(sql, await claimed(sql), "It crashed.");
  await waiting(sql, { owner: ann, name: "next" });
  assertEquals(await order(sql), ["next"]);
  assertEquals((await projectRow(sql, crashed)).status, "PENDING");
});

Deno.test("concurrent claims of many trainers return each training once, in the order of turns", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  for (const owner of await owners(sql, 4)) {
    for (let i = 1; i <= 5; i++) await waiting(sql, { owner, name: `${i}` });
  }
  const all = await Promise.all(Array.from({ length: 25 }, () => claimProject(sql)));
  const claims = all.filter((claim) => claim !== null);
  assertEquals(new Set(claims.map(({ id }) => id)).size, 20);
  assertEquals(claims.length, 20);
  const turns = await sql`select turn::int as turn from recommender.turns`;
  assertEquals(turns.map(({ turn }) => turn), [5, 5, 5, 5]);
});

/** Creates owners with a first READY. */
async function owners(sql: Sql, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const id = await testOwner(sql);
    await sql`insert into recommender.turns (owner_id, first_ready_at) values (${id}, now())`;
    ids.push(id);
  }
  return ids;
}

async function waiting(
  sql: Sql,
  { owner, name, bytes = SMALL, serving = null, improving = false }: {
    owner: string;
    name: string;
    bytes?: number;
    serving?: string | null;
    improving?: boolean;
  },
): Promise<number> {
  return await sql.begin(async (sql) => {
    const [{ id }] = await sql<{ id: number }[]>`
      insert into recommender.recommender_projects
        (owner_id, project_name, model_type, mlflow_model_version, improving)
      values (${owner}, ${name}, 'COLLABORATIVE', ${serving}, ${improving}) returning id`;
    await addFile(sql as unknown as Sql, id, bytes);
    return id;
  });
}

async function addFile(sql: Sql, project: number, bytes: number): Promise<void> {
  await sql`
    insert into recommender.uploaded_files
      (project_id, file_type, storage_path, file_name, bytes, sha256, dialect)
    values (${project}, 'INTERACTION', 'uploads/a', 'a.csv', ${bytes}, '', '{}')`;
}

/** Returns the names of waiting trainings, in the order in which they would be claimed. */
async function order(sql: Sql): Promise<string[]> {
  const rows = await sql<Waiting[]>`
    select * from (${waitingTrainings(sql)}) w order by ${inOrder(sql)}`;
  return rows.map(({ project_name }) => project_name);
}

async function claimed(sql: Sql): Promise<Claim> {
  return (await claimProject(sql))!;
}

const names = (claims: Claim[]) => claims.map(({ project_name }) => project_name);

/** Returns the names of `count` claims, each of which ends before the next, READY by default. */
async function claims(
  sql: Sql,
  count: number,
  { ready = true, ...options }: ClaimOptions & { ready?: boolean } = {},
): Promise<string[]> {
  const found: Claim[] = [];
  for (let i = 0; i < count; i++) {
    const claim = (await claimProject(sql, options))!;
    found.push(claim);
    if (ready) await finish(sql, claim, { version: "1", report: {}, learned_to: 0, receipts: {} });
    else {
      await sql`
        update recommender.recommender_projects set status = 'ERROR' where id = ${claim.id}`;
    }
  }
  return names(found);
}
