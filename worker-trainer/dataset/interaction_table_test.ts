/** Lines added directly from the text are equivalent to rows read by the rules. */
import { assert, assertEquals } from "@std/assert";
import { COMMON as dialect } from "../../functions/recommender/files/dialect.ts";
import type { InteractionMapping } from "../../functions/recommender/files/mapping.ts";
import { writeRecord } from "../../functions/recommender/files/formats/write_record.ts";
import {
  type InteractionRow,
  interactionRows,
} from "../../functions/recommender/files/rows/rows.ts";
import { InteractionTable } from "./interaction_table.ts";
import { ItemTable } from "./item_table.ts";
import { type DataFile, onDisk, readRows } from "./open_rows.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";

const COLUMNS = ["user", "item", "title", "rating", "time", "event"];
/** Unusual cells of columns in which most cells are plain. */
const ODD: Record<string, string[]> = {
  user: ["", " ", " u1", "u1 ", "José", "a\ufffd", "\u00a0u2", "__proto__", 'say "hi"', "x,y"],
  item: ["", "i1 ", "日本", "two\nlines", "i\ufffd", "constructor", "Title 1"],
  title: ["", "", "", " Title 1", "Other", "i1", "T\ufffd"],
  rating: ["", "five", "3,5", "1e3", "-2", " 4", "NULL", "1.2.3", "007", ".5", "5.", "1e300"],
  time: ["", "soon", "20200101", "20209999", "2020-02-30", "01.02.2020", "1577836800123", "-5"],
  event: ["", "View", " purchase ", "odd", "CART"],
};

function* lines(draw: () => number): Generator<string> {
  const any = <T>(list: readonly T[]) => list[Math.floor(draw() * list.length)];
  const plain: Record<string, () => string> = {
    user: () => `u${Math.floor(draw() * 40)}`,
    item: () => `i${Math.floor(draw() * 60)}`,
    title: () => `Title ${Math.floor(draw() * 60)}`,
    rating: () => (draw() * 5).toFixed(1),
    time: () => any(["1577836800", "1577836801.25", "2020-01-31 12:30:59", "2020-01-31"]),
    event: () => any(["view", "purchase"]),
  };
  yield writeRecord(COLUMNS, ",");
  for (let i = 0; i < 8000; i++) {
    const cells = COLUMNS.map((name) => draw() < 0.03 ? any(ODD[name]) : plain[name]());
    const line = draw() < 0.3
      ? cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")
      : writeRecord(cells, ",").trimEnd();
    const broken = [
      `${line},`,
      `${line},more`,
      line.slice(3),
      `"${line}`,
      `${line}"x`,
      "",
      `${line}\r`,
    ];
    yield (draw() < 0.02 ? any(broken) : line) + "\n";
  }
}

/** Reads a file, with the fast path or by the rules only. */
async function read(file: DataFile, { quick }: { quick: boolean }) {
  const items = new ItemTable();
  for (const i of [3, 1, 2]) {
    items.describe({ id: `i${i}`, title: `Title ${i % 2}`, isByTitle: false, cells: [] }, []);
  }
  const table = new InteractionTable(items);
  const mapping = file.mapping as InteractionMapping;
  let taken = 0;
  const receipt = await readRows<InteractionRow>(file, ({ columns, forms, evidence }) => {
    const add = table.adder(columns, { mapping, dialect: file.dialect, forms, evidence });
    return {
      parse: interactionRows(mapping, columns, forms),
      use: (row) => table.add(row),
      take: (text, start, end) => quick && add(text, start, end) && ++taken > 0,
    };
  });
  return { taken, found: { receipt, ...table.dense(), items: items.catalogue() } };
}

const mappings: InteractionMapping[] = [
  { user_id: "user", item_id: "item" },
  { user_id: "user", item_id: "item", item_title: "title", rating: "rating", event_type: "event" },
  { user_id: "user", item_title: "title", timestamp: "time" },
  { user_id: "user", item_id: "item", rating: "rating", timestamp: "time", event_type: "event" },
];

Deno.test("lines added directly from the text give the same result as parsed records", async () => {
  const path = await Deno.makeTempFile();
  try {
    for (const [seed, mapping] of mappings.entries()) {
      await Deno.writeTextFile(path, [...lines(seededRandom(seed))].join(""));
      const file: DataFile = { ...onDisk(path), kind: "INTERACTION", dialect, mapping };
      const [quick, slow] = [await read(file, { quick: true }), await read(file, { quick: false })];
      assertEquals(quick.found, slow.found);
      assert(quick.taken > 5000, `${quick.taken} lines were plain`);
      assert(slow.found.receipt.rejected > 100);
    }
  } finally {
    await Deno.remove(path);
  }
});
