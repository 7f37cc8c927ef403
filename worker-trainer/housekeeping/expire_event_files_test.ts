import { assertEquals, assertRejects } from "@std/assert";
import { blobBytes } from "../../functions/recommender/blobs/blob_bytes.ts";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import { appendEvents } from "../../functions/recommender/live/live_events.ts";
import { testDatabase } from "../../testing/database.ts";
import { tinyProject } from "../../testing/tiny_project.ts";
import { testOwner } from "../../testing/training_project.ts";
import { liveEvents } from "../dataset/live_file.ts";
import { rollUpEvents } from "../live/roll_up.ts";
import { expireEventFiles } from "./expire_event_files.ts";

Deno.test("a file that cannot be rewritten holds up no other project's", async () => {
  await using stack = new AsyncDisposableStack();
  const { sql } = stack.use(await testDatabase());
  const folder = await Deno.makeTempDir({ prefix: "airec-expire-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const blobs = diskBlobs(folder);
  const event = { id: null, type: "view", value: null, known: true, at: Date.now(), itemId: "a" };
  for (let i = 0; i < 3; i++) {
    const ownerId = await testOwner(sql);
    const projectId = await tinyProject(sql, { owner: ownerId, blobs });
    await appendEvents(sql, [{
      ...{ ownerId, projectId, person: "ann", anonymous: false, events: [event] },
    }]);
    await sql`update recommender.live_events set received_at = now() - interval '500 days'`;
    await rollUpEvents(sql, projectId, { blobs });
  }
  const files = await sql<{ path: string }[]>`
    select storage_path as path from recommender.uploaded_files
    where events_to is not null order by id`;
  const { signal: stop } = new AbortController();
  const broken: Blobs = {
    ...blobs,
    get: (name, range) =>
      name === files[1].path ? blobs.get(name, range) : Promise.reject(new Error("broken")),
  };
  await assertRejects(() => expireEventFiles(sql, { blobs: broken, stop }), Error, "project ");
  const rows = await sql<{ rows: number }[]>`
    select rows::int from recommender.uploaded_files where events_to is not null order by id`;
  assertEquals(rows.map(({ rows }) => rows), [1, 0, 1]);
});

Deno.test("events leave the files of trainings after the days that their project keeps them", async () => {
  await using stack = new AsyncDisposableStack();
  const { sql } = stack.use(await testDatabase());
  const folder = await Deno.makeTempDir({ prefix: "airec-expire-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const blobs = diskBlobs(folder);
  const ownerId = await testOwner(sql);
  const projectId = await tinyProject(sql, { owner: ownerId, blobs });
  const event = { id: null, type: "view", value: null, known: true, at: Date.now() };
  await appendEvents(sql, [{
    ...{ ownerId, projectId, person: "ann", anonymous: false },
    events: ["oldest", "old", "new"].map((itemId) => ({ ...event, itemId })),
  }]);
  for (const [item, days] of [["oldest", 120], ["old", 105], ["new", 10]] as const) {
    await sql`
      update recommender.live_events set received_at = now() - make_interval(days => ${days})
      where item_id = ${item}`;
  }
  await rollUpEvents(sql, projectId, { blobs });

  const itemsAfter = async (keep_events?: number) => {
    const settings = sql.json({ version: 1, ...(keep_events && { keep_events }) });
    await sql`update recommender.recommender_projects set settings = ${settings}`;
    await expireEventFiles(sql, { blobs, stop: new AbortController().signal });
    const [{ path, rows, bytes }] = await sql<{ path: string; rows: number; bytes: number }[]>`
      select storage_path as path, rows::int, bytes::int from recommender.uploaded_files
      where events_to is not null`;
    const file = (await blobBytes(blobs, path))!;
    assertEquals(file.size, bytes);
    const items: string[] = [];
    for await (const batch of liveEvents(file)) items.push(...batch.map(({ item }) => item));
    assertEquals(rows, items.length);
    return items;
  };
  assertEquals(await itemsAfter(), ["oldest", "old", "new"], "400 days by default");
  assertEquals(await itemsAfter(115), ["oldest", "old", "new"], "not yet a tenth too old");
  assertEquals(await itemsAfter(100), ["new"]);
  assertEquals(await itemsAfter(1), []);
  assertEquals(await itemsAfter(1), []);
  const [{ left }] = await sql`
    select count(*)::int as left from recommender.erasures where project_id = ${projectId}`;
  assertEquals(left, 2, "the earlier files are erased");
});
