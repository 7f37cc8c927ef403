import { assertEquals } from "@std/assert";
import type { Sql } from "postgres";
import { blobBytes } from "../../functions/recommender/blobs/blob_bytes.ts";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import { appendEvents, type NewEvent } from "../../functions/recommender/live/live_events.ts";
import { mergeVisitor } from "../../functions/recommender/live/merged_visitors.ts";
import { removeProjectFile } from "../../functions/recommender/projects/project_files.ts";
import { testDatabase } from "../../testing/database.ts";
import { testOwner } from "../../testing/training_project.ts";
import { tinyProject } from "../../testing/tiny_project.ts";
import { trainingData } from "../queue/claim.ts";
import { readDataset } from "../dataset/read.ts";
import { rollUpEvents } from "./roll_up.ts";

const noon = Date.UTC(2026, 0, 5, 12);

/** Opens a project of twelve users and items, and a folder of blobs. */
async function openShop() {
  const stack = new AsyncDisposableStack();
  const { sql } = stack.use(await testDatabase());
  const folder = await Deno.makeTempDir({ prefix: "airec-roll-up-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const blobs = diskBlobs(folder);
  const ownerId = await testOwner(sql);
  const projectId = await tinyProject(sql, { owner: ownerId, blobs });
  const send = (person: string, events: Partial<NewEvent>[], { anonymous = false } = {}) =>
    appendEvents(sql, [{
      ...{ ownerId, projectId, person, anonymous },
      events: events.map((event, i) => ({
        ...{ id: null, itemId: "i1", type: "view", value: null, known: true },
        at: noon + i * 1000,
        ...event,
      })),
    }]);
  return {
    ...{ sql, blobs, ownerId, projectId, send },
    merge: (anonymous_id: string, user_id: string) =>
      mergeVisitor(sql, ownerId, { projectId, anonymousId: anonymous_id, userId: user_id }),
    rollUp: () => rollUpEvents(sql, projectId, { blobs }),
    files: () => liveFiles(sql, projectId),
    dataset: () => datasetOf(sql, projectId, blobs),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function liveFiles(sql: Sql, projectId: number) {
  const files = await sql<{ rows: number; events_to: number }[]>`
    select rows::integer as rows, events_to::integer as events_to
    from recommender.uploaded_files
    where project_id = ${projectId} and events_to is not null order by id`;
  return [...files];
}

/** Reads the project's files as a training does. */
async function datasetOf(sql: Sql, projectId: number, blobs: ReturnType<typeof diskBlobs>) {
  const { files, erased_users, merged } = (await trainingData(sql, projectId))!;
  return await readDataset(
    files.map((file) => ({
      name: String(file.id),
      kind: file.file_type,
      dialect: file.dialect,
      mapping: file.mapping,
      isLive: file.live,
      open: async () => (await blobBytes(blobs, file.storage_path))!,
    })),
    { erased: erased_users, merged },
  );
}

/** Returns the items and weights of a user, oldest first. */
function historyIn({ dataset }: Awaited<ReturnType<typeof datasetOf>>, user: string) {
  const { users, items, interactions: { offsets, items: columns, weights } } = dataset;
  const row = users.indexOf(user);
  if (row < 0) return null;
  return Array.from(
    columns.subarray(offsets[row], offsets[row + 1]),
    (item, e) => [items.ids[item], weights[offsets[row] + e]] as const,
  );
}

Deno.test("a training reads each live event once, after the uploaded rows", async () => {
  await using shop = await openShop();
  await shop.rollUp();
  assertEquals(await shop.files(), [], "without events there is no file");

  await shop.send("new", [{ itemId: "i3" }, { itemId: "i1", type: "purchase" }]);
  await shop.send("u0", [{ itemId: "i11", type: "rating", value: 2.5 }]);
  await shop.rollUp();
  const [first] = await shop.files();
  assertEquals(first.rows, 3);
  await shop.rollUp();
  assertEquals((await shop.files()).length, 1, "nothing is written twice");
  await shop.send("new", [{ itemId: "i3", type: "hide", at: noon + 60_000 }]);
  await shop.rollUp();
  assertEquals((await shop.files()).map(({ rows }) => rows), [3, 1]);

  const read = await shop.dataset();
  assertEquals(historyIn(read, "new"), [["i1", 5], ["i3", -1]]);
  assertEquals(historyIn(read, "u0")!.at(-1)![0], "i11");
  assertEquals(read.receipts.map(({ used }) => used).slice(1), [3, 1]);
  const { events_rolled_to } = (await shop.sql`
    select events_rolled_to::integer from recommender.recommender_projects`)[0];
  assertEquals((await shop.files()).at(-1)!.events_to, events_rolled_to);
});

Deno.test("the files of live events count as no file of the owner", async () => {
  await using shop = await openShop();
  await shop.send("new", [{ itemId: "i3" }]);
  await shop.rollUp();
  const { sql, ownerId, projectId } = shop;
  const files = await sql<{ id: number; is_live: boolean }[]>`
    select id, events_to is not null as is_live from recommender.uploaded_files
    where file_type = 'INTERACTION' order by id`;
  assertEquals(files.map(({ is_live }) => is_live), [false, true]);
  const remove = ({ id: fileId }: { id: number }) =>
    removeProjectFile(sql, ownerId, { projectId, fileId }).then(() => "removed")
      .catch(({ code }) => code);
  assertEquals([await remove(files[0]), await remove(files[1])], ["conflict", "removed"]);
});

Deno.test("an event counts once per item, type and day, an opinion each time; impressions never", async () => {
  await using shop = await openShop();
  const day = 86_400_000;
  await shop.send("a", [{}, {}, { type: "impression", itemId: "i5" }, { at: noon + day }]);
  await shop.send("a", [{}, { type: "cart" }]);
  await shop.send("b", [{ type: "rating", value: 5 }, { type: "rating", value: 1 }]);
  // A like after a retract counts again.
  await shop.send("c", [{ type: "like" }, { type: "retract" }, { type: "like" }]);
  await shop.send("d", Array.from({ length: 250 }, (_, i) => ({ itemId: `i${i}` })));
  await shop.send("d", [{ itemId: "i9000" }, { itemId: "i9001", at: noon + day }]);
  const counted = await shop.sql`
    select person, type, count(*)::integer as count from recommender.live_events
    where counted group by person, type order by person, type`;
  assertEquals(counted.map(({ person, type, count }) => `${person} ${type} ${count}`), [
    "a cart 1",
    "a view 2",
    "b rating 2",
    "c like 2",
    "c retract 1",
    "d view 201",
  ]);
  await shop.rollUp();
  assertEquals((await shop.files())[0].rows, 209);
  assertEquals(historyIn(await shop.dataset(), "c"), [["i1", 4]]);
});

Deno.test("events of a visitor who signed in are the user's, those after it the visitor's", async () => {
  await using shop = await openShop();
  await shop.send("v", [{ itemId: "i1" }], { anonymous: true });
  await shop.rollUp();
  await shop.send("v", [{ itemId: "i2" }], { anonymous: true });
  await shop.merge("v", "ann");
  await shop.send("v", [{ itemId: "i3" }], { anonymous: true });
  await shop.rollUp();
  const read = await shop.dataset();
  assertEquals(historyIn(read, "ann")?.map(([item]) => item), ["i1", "i2"]);
  assertEquals(historyIn(read, "\u0001v")?.map(([item]) => item), ["i3"]);
});

Deno.test("a merge without later events is in the next training", async () => {
  await using shop = await openShop();
  await shop.send("v", [{ itemId: "i1" }], { anonymous: true });
  await shop.rollUp();
  await shop.merge("v", "ann");
  await shop.rollUp();
  const read = await shop.dataset();
  assertEquals(historyIn(read, "ann")?.map(([item]) => item), ["i1"]);
  assertEquals(historyIn(read, "\u0001v"), null);
});

Deno.test("what an erased user did before signing in is in no training, what the next user did is", async () => {
  await using shop = await openShop();
  for (const [item, user] of [["i1", "ann"], ["i2", "bob"], ["i3", "ann"], ["i4", "cat"]]) {
    await shop.send("v", [{ itemId: item }], { anonymous: true });
    await shop.merge("v", user);
  }
  await shop.rollUp();
  await shop.sql`
    insert into recommender.erased_users (project_id, user_id)
    select id, 'ann' from recommender.recommender_projects`;
  const read = await shop.dataset();
  const items = (user: string) => historyIn(read, user)?.map(([item]) => item) ?? null;
  assertEquals(["ann", "bob", "cat", "\u0001v"].map(items), [null, ["i2"], ["i4"], null]);
});

Deno.test("small files are joined, and every event stays", async () => {
  await using shop = await openShop();
  for (let n = 0; n < 12; n++) {
    await shop.send(`p${n}`, [{ itemId: "i1" }, { itemId: 'odd,"id"\n' + n }]);
    await shop.rollUp();
  }
  const files = await shop.files();
  assertEquals(files.map(({ rows }) => rows).reduce((a, b) => a + b), 24);
  assertEquals(files.length < 9, true, `${files.length} files`);
  const { dataset, receipts } = await shop.dataset();
  assertEquals(receipts.slice(1).reduce((sum, { used }) => sum + used, 0), 24);
  assertEquals(dataset.items.ids.includes('odd,"id"\n3'), true);
  // The blobs of the joined files are recorded for removal.
  const [{ count }] = await shop.sql`
    select count(*)::integer from recommender.erasures where kind = 'BLOB'`;
  assertEquals(count, 12 - files.length);
});

Deno.test("a file that cannot be written leaves the events for the next training", async () => {
  await using shop = await openShop();
  await shop.send("a", [{}]);
  const full = { ...shop.blobs, put: () => Promise.reject(new Error("full")) };
  const failed = await rollUpEvents(shop.sql, shop.projectId, { blobs: full }).then(
    () => false,
    ({ message }) => message === "full",
  );
  assertEquals(failed, true);
  assertEquals(await shop.files(), []);
  await shop.rollUp();
  assertEquals((await shop.files()).map(({ rows }) => rows), [1]);
});
