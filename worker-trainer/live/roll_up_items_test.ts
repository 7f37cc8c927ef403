import { assertEquals } from "@std/assert";
import { blobBytes } from "../../functions/recommender/blobs/blob_bytes.ts";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import { COMMON } from "../../functions/recommender/files/dialect.ts";
import type { Cell } from "../../functions/recommender/model/changed_items.ts";
import {
  removeProjectFile,
  storedFiles,
} from "../../functions/recommender/projects/project_files.ts";
import { testDatabase } from "../../testing/database.ts";
import { pendingProject, type TestFile, testOwner } from "../../testing/training_project.ts";
import { filterColumns } from "../content/filter_columns.ts";
import { readDataset } from "../dataset/read.ts";
import { trainingData } from "../queue/claim.ts";
import { rollUpItems } from "./roll_up_items.ts";

const ITEMS = `sku;name;price;tags;since
a;Red coat;1.019;new|wool;03.05.1999
b;Blue coat;25,50;wool;17.05.1999
c;Hat;12;felt|new;24.12.2001
d;Scarf;7,25;wool;30.01.2002
`;
const ORDERS = `user,item
u,a
u,b
v,b
v,c
w,new
w,a
`;
const CONTENT = { item_id: "sku", item_title: "name", feature_col: ["tags", "price"] };

interface Change {
  title?: string;
  cells?: Record<string, Cell>;
  deleted?: boolean;
}

/** Opens a project with these files, and a folder of blobs. */
async function openShop(texts: { items?: string; orders?: string }) {
  const stack = new AsyncDisposableStack();
  const { sql } = stack.use(await testDatabase());
  const folder = await Deno.makeTempDir({ prefix: "airec-roll-up-items-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const blobs = diskBlobs(folder);
  const owner = await testOwner(sql);
  const files: TestFile[] = [];
  const add = async (text: string, file: Omit<TestFile, "storage_path">) => {
    const storage_path = `uploads/${file.file_type}`;
    await blobs.put(storage_path, new TextEncoder().encode(text));
    files.push({ ...file, storage_path });
  };
  if (texts.items) {
    const dialect = { ...COMMON, delimiter: ";" };
    await add(texts.items, { file_type: "CONTENT", dialect, mapping: CONTENT });
  }
  if (texts.orders) {
    const mapping = { user_id: "user", item_id: "item" };
    await add(texts.orders, { file_type: "INTERACTION", dialect: COMMON, mapping });
  }
  const id = await pendingProject(sql, { owner, files });
  return {
    ...{ sql, blobs, owner, id },
    async put(item: string, { title, cells = {}, deleted = false }: Change) {
      await sql`
        insert into recommender.live_items (project_id, item_id, title, cells, deleted)
        values (${id}, ${item}, ${title ?? null}, ${sql.json(cells)}, ${deleted})
        on conflict (project_id, item_id) do update set
          seq = nextval('recommender.live_items_seq'), title = excluded.title,
          cells = excluded.cells, deleted = excluded.deleted`;
    },
    rollUp: () => rollUpItems(sql, id, { blobs }),
    /** Reads the project's files as a training does. */
    async dataset() {
      const { files } = (await trainingData(sql, id))!;
      return await readDataset(files.map((file) => ({
        ...{ name: String(file.id), kind: file.file_type, isLive: file.live },
        ...{ dialect: file.dialect, mapping: file.mapping },
        open: async () => (await blobBytes(blobs, file.storage_path))!,
      })));
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

Deno.test("a training reads the last word on each item, whatever the files say", async () => {
  await using shop = await openShop({ items: ITEMS, orders: ORDERS });
  await shop.rollUp();
  assertEquals((await shop.dataset()).dataset.items.ids, ["a", "b", "c", "d", "new"]);

  await shop.put("b", { title: "Navy coat", cells: { price: 1234.5, tags: ["wool", "navy"] } });
  await shop.put("c", { deleted: true });
  await shop.put("new", {
    title: "Cap",
    cells: { price: 9.99, tags: ["new"], since: "2026-01-05T00:00:00.000Z", gone: "x" },
  });
  await shop.put("d", { cells: { tags: null } });
  await shop.rollUp();
  const { dataset: { items, users, interactions }, receipts } = await shop.dataset();
  assertEquals(items.ids, ["a", "b", "d", "new"]);
  assertEquals(items.described, 4);
  assertEquals(items.titles, ["Red coat", "Navy coat", "Scarf", "Cap"]);
  const column = (name: string) => items.columns!.find((column) => column.name === name)!.values;
  assertEquals(column("name"), ["Red coat", "Navy coat", "Scarf", "Cap"]);
  assertEquals(column("price"), ["1.019", "1234,5", "7,25", "9,99"]);
  assertEquals(column("tags"), ["new|wool", "wool|navy", "", "new"]);
  const { columns } = filterColumns(items.columns!);
  const values = columns.flatMap((column) => "values" in column ? [[...column.values]] : []);
  assertEquals(values[0], [1019, 1234.5, 7.25, 9.99]);
  assertEquals(values[1][3], Date.UTC(2026, 0, 5) / 1000);
  // Rows of the deleted item are left out.
  assertEquals(users, ["u", "v", "w"]);
  assertEquals([...interactions.offsets], [0, 2, 3, 5]);
  assertEquals(receipts.at(-1)!.used, 4);
});

Deno.test("later changes are joined with the earlier ones, in one file", async () => {
  await using shop = await openShop({ items: ITEMS });
  await shop.put("a", { title: "Coat", cells: { price: 1, tags: ["x"] } });
  await shop.put("b", { deleted: true });
  await shop.put("new", { title: "Cap", cells: { price: 3 } });
  await shop.rollUp();
  const first = await shop.dataset();
  await shop.rollUp();
  assertEquals((await shop.dataset()).dataset.fingerprint, first.dataset.fingerprint);

  // As after the rows were dropped: only what is named is known.
  await shop.sql`delete from recommender.live_items`;
  await shop.put("a", { cells: { price: 2 } });
  await shop.put("b", { cells: { price: 5 } });
  await shop.put("new", { deleted: true });
  await shop.rollUp();
  const { dataset: { items } } = await shop.dataset();
  assertEquals(items.ids, ["a", "b", "c", "d"]);
  assertEquals(items.titles.slice(0, 2), ["Coat", "Blue coat"]);
  const [, price, tags] = items.columns!.map(({ values }) => values.slice(0, 2));
  assertEquals([price, tags], [["2", "5"], ["x", "wool"]]);
  const [file, ...others] = await shop.sql`
    select rows::integer, items_to::integer, bytes::integer from recommender.uploaded_files
    where items_to is not null`;
  assertEquals(others, []);
  const [{ items_rolled_to }] = await shop.sql`
    select items_rolled_to::integer from recommender.recommender_projects`;
  assertEquals([file.rows, file.items_to], [3, items_rolled_to]);
  assertEquals((await trainingData(shop.sql, shop.id))!.learned_items, items_rolled_to);
});

Deno.test("without an item file, live items rename, add and delete those of the interactions", async () => {
  await using shop = await openShop({ orders: ORDERS });
  await shop.put("a", { title: "Red coat" });
  await shop.put("b", { deleted: true });
  await shop.put("z", { title: "Later" });
  await shop.rollUp();
  const { dataset: { items, users } } = await shop.dataset();
  assertEquals(items.ids, ["a", "c", "new", "z"]);
  assertEquals(items.titles, ["Red coat", "c", "new", "Later"]);
  assertEquals(items.described, 0);
  assertEquals(users, ["u", "v", "w"]);
});

Deno.test("the file of live items counts as no file of the owner", async () => {
  await using shop = await openShop({ items: ITEMS });
  await shop.put("a", { cells: { price: 1 } });
  await shop.rollUp();
  const { sql, owner, id: projectId } = shop;
  assertEquals((await storedFiles(sql, owner, projectId)).length, 1);
  const files = await sql<{ id: number }[]>`
    select id from recommender.uploaded_files order by id`;
  const remove = (file: { id: number }) =>
    removeProjectFile(sql, owner, { projectId, fileId: file.id }).then(() => "removed")
      .catch(({ code }) => code);
  assertEquals([await remove(files[0]), await remove(files[1])], ["conflict", "removed"]);
});
