import { assert, assertEquals } from "@std/assert";
import { blobBytes } from "../../functions/recommender/blobs/blob_bytes.ts";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import { COMMON } from "../../functions/recommender/files/dialect.ts";
import { FEATURES, loadModel } from "../../functions/recommender/model/artifact/artifact.ts";
import type { Cell } from "../../functions/recommender/model/changed_items.ts";
import { stringAt } from "../../functions/recommender/model/string_table.ts";
import { folderRegistry } from "../../functions/recommender/registry/folder.ts";
import { testDatabase } from "../../testing/database.ts";
import { pendingProject } from "../../testing/training_project.ts";
import { readDataset } from "../dataset/read.ts";
import { artifactFolder } from "../publish/artifact_folder.ts";
import { train } from "../tuning/train_model.ts";
import { newItemRows, rowsBeforeServing } from "./new_item_rows.ts";

const FILMS = `id;title;genres;year
a;Alpha;war|drama;1990
b;Beta;war|drama;1991
c;Gamma;comedy;1992
d;Delta;comedy|music;1993
e;Epsilon;music;1994
`;

/** Opens a project that a version trained on the films serves. */
async function openProject({ withTexts = true } = {}) {
  const stack = new AsyncDisposableStack();
  const { sql } = stack.use(await testDatabase());
  const folder = await Deno.makeTempDir({ prefix: "airec-new-item-rows-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const blobs = diskBlobs(folder);
  await blobs.put("films", new TextEncoder().encode(FILMS));
  const { dataset } = await readDataset([{
    ...{ name: "films", kind: "CONTENT" as const, dialect: { ...COMMON, delimiter: ";" } },
    mapping: { item_id: "id", item_title: "title", feature_col: ["genres", "year"] },
    open: async () => (await blobBytes(blobs, "films"))!,
  }]);
  const { content, ...trained } = await train(dataset, { modelType: "CONTENT", threads: 1 });
  const registry = folderRegistry(blobs, { installation: "here" });
  const files = await artifactFolder({ ...trained, ...(withTexts && { content }) });
  const published = {
    ...{ model: "films", trainingId: crypto.randomUUID(), description: "", parameters: {} },
    ...{ metrics: {}, tags: {}, startedAt: new Date(), files },
  };
  const { version } = await registry.publish(published);
  const id = await pendingProject(sql, { serving: version });
  await sql`update recommender.recommender_projects set mlflow_model_name = 'films'`;
  const model = await loadModel((path) => registry.read("films", version, path));
  const logged: unknown[] = [];
  const round = newItemRows(sql, { registry, log: (line) => void logged.push(line) });
  return {
    ...{ sql, id, version, model, registry, logged, files },
    round: () => round(new AbortController().signal),
    async put(item: string, cells: Record<string, Cell>, deleted = false) {
      await sql`
        insert into recommender.live_items (project_id, item_id, cells, deleted)
        values (${id}, ${item}, ${sql.json(cells)}, ${deleted})
        on conflict (project_id, item_id) do update set
          seq = nextval('recommender.live_items_seq'), cells = excluded.cells,
          deleted = excluded.deleted`;
    },
    /** Returns the items of each stored row, the strongest first. */
    async rows(): Promise<Record<string, string[]>> {
      const rows = await sql<{ item_id: string; items: number[]; weights: number[] }[]>`
        select item_id, items, weights from recommender.live_item_rows
        where project_id = ${id} and version = ${version} order by item_id`;
      return Object.fromEntries(rows.map(({ item_id, items, weights }) => [
        item_id,
        items.map((item, i) => ({ item, weight: weights[i] }))
          .sort((a, b) => b.weight - a.weight || a.item - b.item)
          .map(({ item }) => stringAt(model.items.ids, item)),
      ]));
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

Deno.test("new items get rows in the version that serves, and others with other texts", async () => {
  await using project = await openProject();
  const { sql, put, round } = project;
  await round();
  assertEquals(await project.rows(), {});
  await put("new", { genres: ["war", "drama"], year: 1990 });
  await put("b", { genres: ["music"] });
  await put("gone", { genres: ["war"] }, true);
  await round();
  const { new: near, ...others } = await project.rows();
  assertEquals([near.slice(0, 2).sort(), others], [["a", "b"], {}]);
  const [before] = await sql`select seq, item_seq from recommender.live_item_rows`;

  // What does not change is not computed again.
  await put("c", { year: 2000 });
  await round();
  const [same] = await sql`select seq, item_seq from recommender.live_item_rows`;
  assertEquals(same, before);

  await put("new", { genres: "comedy|music", year: 1993 });
  await put("bare", {});
  await round();
  const rows = await project.rows();
  assertEquals([rows.new[0], rows.bare], ["d", []]);
  const [after] = await sql`
    select seq > ${before.seq} as is_later from recommender.live_item_rows where item_id = 'new'`;
  assert(after.is_later, "services read the row anew");
  assertEquals(project.logged, []);
});

Deno.test("items of a call are examined in pieces, those of a learned version not again", async () => {
  await using project = await openProject();
  const { sql, id, version } = project;
  await sql`
    insert into recommender.live_items (project_id, item_id, cells)
    select ${id}, 'n' || n, '{"genres": ["music"]}' from generate_series(1, 450) n`;
  await project.round();
  assertEquals(Object.keys(await project.rows()).length, 450);
  await sql`delete from recommender.live_item_rows`;
  await sql`
    update recommender.learned_versions set rows_to = 0, learned_items = (
      select seq from recommender.live_items where item_id = 'n440'
    ) where version = ${version}`;
  await project.round();
  assertEquals(Object.keys(await project.rows()).length, 10);
});

Deno.test("in a version without texts, new items are known and wait for the next training", async () => {
  await using project = await openProject({ withTexts: false });
  assertEquals(FEATURES in project.files, false);
  await project.put("new", { genres: ["war"] });
  await project.round();
  assertEquals(await project.rows(), { new: [] });
});

Deno.test("items that came during a training have rows in its version before it serves", async () => {
  await using project = await openProject();
  const { sql, id, registry, version, put, round } = project;
  await put("learned", { genres: ["war"] });
  const [{ learned }] = await sql<{ learned: number }[]>`
    select seq::float8 as learned from recommender.live_items`;
  await sql`update recommender.recommender_projects set mlflow_model_version = 'before'`;
  const options = { registry, log: () => {}, stop: new AbortController().signal };
  const before = () =>
    rowsBeforeServing(sql, { ...{ id, model: "films" }, version, learned }, options);
  await before();
  assertEquals(await project.rows(), {});
  await put("new", { genres: ["war", "drama"], year: 1990 });
  await before();
  await put("newer", { genres: ["comedy"] });
  await before();
  const rows = await project.rows();
  assertEquals(Object.keys(rows), ["new", "newer"]);
  assertEquals(rows.new.slice(0, 2).sort(), ["a", "b"]);

  // What is left when it serves is housekeeping's.
  await sql`update recommender.recommender_projects set mlflow_model_version = ${version}`;
  await sql`update recommender.learned_versions set learned_items = ${learned}`;
  await put("last", { genres: ["music"] });
  await round();
  assertEquals(Object.keys(await project.rows()), ["last", "new", "newer"]);
});
