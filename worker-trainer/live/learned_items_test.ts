import { assertEquals } from "@std/assert";
import { testDatabase } from "../../testing/database.ts";
import { pendingProject } from "../../testing/training_project.ts";
import { dropLearnedItems } from "./learned_items.ts";

Deno.test("live items stay until the champion and the version before it have learned them", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const id = await pendingProject(sql);
  const put = async (item: string, version?: string) => {
    const [{ seq }] = await sql<{ seq: string }[]>`
      insert into recommender.live_items (project_id, item_id) values (${id}, ${item})
      returning seq`;
    if (version) await addRow(item, version);
    return seq;
  };
  const addRow = (item: string, version: string) =>
    sql`
      insert into recommender.live_item_rows (project_id, version, item_id, item_seq)
      values (${id}, ${version}, ${item}, 1)`;
  const publish = async (version: string, learned: string, rolled = learned) => {
    await sql`
      insert into recommender.learned_versions (project_id, version, learned_to, learned_items, rows_to)
      values (${id}, ${version}, 0, ${learned}, 9)`;
    await sql`
      insert into recommender.promotions (project_id, version, reason)
      values (${id}, ${version}, 'TRAINED')`;
    await sql`update recommender.recommender_projects set items_rolled_to = ${rolled}`;
  };
  const left = async () => {
    await dropLearnedItems(sql);
    const items = await sql`select item_id from recommender.live_items order by seq`;
    const rows = await sql`
      select item_id, version from recommender.live_item_rows order by version, item_id`;
    return [
      items.map(({ item_id }) => item_id).join(" "),
      rows.map(({ item_id, version }) => `${item_id}/${version}`).join(" "),
    ];
  };
  await publish("1", "0");
  const first = await put("a", "1");
  const second = await put("b", "1");
  assertEquals(await left(), ["a b", "a/1 b/1"]);
  await publish("2", first);
  await addRow("b", "2");
  assertEquals(await left(), ["a b", "a/1 b/1 b/2"], "a rollback to version 1 needs them");
  await publish("3", second);
  assertEquals(await left(), ["b", "b/2"]);
  const examined = await sql`
    select version, rows_to::integer from recommender.learned_versions order by version`;
  assertEquals(
    examined.map(({ rows_to }) => rows_to),
    [0, 9, 9],
    "computed anew if it serves again",
  );
  await publish("4", second);
  assertEquals(await left(), ["", ""]);
});
