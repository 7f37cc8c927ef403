/** Ids that differ only by invisible characters. */
import { assertEquals } from "@std/assert";
import { bytesOf } from "../../functions/recommender/files/file_bytes.ts";
import { COMMON } from "../../functions/recommender/files/dialect.ts";
import { forecastInteractions } from "../../functions/recommender/files/rows/forecast.ts";
import { itemOf } from "../../functions/recommender/model/request.ts";
import { datasetOf } from "../../testing/datasets.ts";
import { openDense } from "../linalg/open_dense.ts";
import { train } from "../tuning/train_model.ts";
import { readDataset } from "./read.ts";
import { rowsOf } from "./rows_of.ts";

const NOTE = (who: string) =>
  `Some ${who} ids have invisible characters, such as zero-width spaces. They are read without ` +
  "them, so ids that differ only by them are the same.";

/** Returns the ids of a file, its receipt's notes and its forecast's. */
async function read(...rows: string[]) {
  const bytes = bytesOf(new Blob([["user,item", ...rows].join("\n")]));
  const file = {
    kind: "INTERACTION" as const,
    dialect: COMMON,
    mapping: { user_id: "user", item_id: "item" },
  };
  const { dataset: { users, items }, receipts: [receipt] } = await readDataset([
    { ...file, name: "rows", open: () => Promise.resolve(bytes) },
  ]);
  const { estimated: _, ...forecast } = await forecastInteractions({ ...file, bytes });
  assertEquals(forecast, receipt);
  return { users, items: items.ids, notes: receipt.notes };
}

Deno.test("an id with and without invisible characters is one, and a note says so", async () => {
  const { users, items, notes } = await read(
    "u1,a1",
    "\u200bu1,a2",
    "u1\u200d,a\u20601",
    "u2,a2\u200b",
  );
  assertEquals([users, items, notes], [["u1", "u2"], ["a1", "a2"], [NOTE("user"), NOTE("item")]]);
  assertEquals((await read("u1,a1", "u2,a2")).notes, undefined);
  // A joiner within an id changes how it is written.
  const joined = await read("می\u200cخواهم,a1", "میخواهم,a1");
  assertEquals(joined.users.length, 2);
});

Deno.test("an erased user's rows are found with such characters, and an asked item is", async () => {
  const isErased = rowsOf(["u1"], 0);
  assertEquals(isErased({ cells: ["\u200bu1", "a1"] }), true);
  assertEquals(isErased({ cells: ["u2", "a1"] }), false);
  const dataset = datasetOf([[0, 1], [1, 2], [0, 2]], { items: 3 });
  const options = { modelType: "COLLABORATIVE", dense: await openDense(), threads: 1 } as const;
  const { model } = await train(dataset, options);
  assertEquals(itemOf(model, "i1\u200b"), itemOf(model, "i1"));
});
