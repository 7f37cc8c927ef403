/** Letters beyond ASCII that come only behind the head of a file: found, or said, never silent. */
import { assertEquals, assertMatch } from "@std/assert";
import { describeFile } from "../../functions/recommender/files/dialect/describe.ts";
import type { Encoding } from "../../functions/recommender/files/dialect.ts";
import { bytesOf } from "../../functions/recommender/files/file_bytes.ts";
import { forecastContent } from "../../functions/recommender/files/rows/forecast.ts";
import { encoded } from "../../testing/zoo/encoded.ts";
import { readDataset } from "./read.ts";

const MAPPING = { item_id: "id", item_title: "title" };

/** Returns items in ASCII, some of them more than the head of a file. */
function plain(name: string, items: number): string {
  return Array.from({ length: items }, (_, i) => `${name}${i},Film ${i}\n`).join("");
}

/** Returns the encoding found, the notes of forecast and receipt, and the last title. */
async function read(parts: BlobPart[], chosen?: Encoding) {
  const bytes = bytesOf(new Blob(parts));
  const { dialect: found } = await describeFile(bytes);
  const dialect = { ...found, ...(chosen && { encoding: chosen }) };
  const file = { kind: "CONTENT" as const, dialect, mapping: MAPPING };
  const { forecast: { estimated: _estimated, ...forecast } } = await forecastContent({
    bytes,
    ...file,
  });
  const { dataset, receipts: [receipt] } = await readDataset([
    { name: "1", open: () => Promise.resolve(bytes), ...file },
  ]);
  assertEquals(forecast, receipt);
  const { ids, titles } = dataset.items;
  return { encoding: found.encoding, notes: receipt.notes ?? [], title: titles[ids.indexOf("x")] };
}

Deno.test("letters at the end or in the middle of a file decide its encoding", async () => {
  for (
    const [encoding, title] of [["windows-1252", "Amélie à Paris"], [
      "windows-1251",
      "Сталкер",
    ]] as const
  ) {
    const word = encoded(`x,${title}\n`, encoding);
    const more = encoded(`${title} 2,${title}\n`.repeat(9), encoding);
    for (const behind of ["", plain("y", 30_000)]) {
      const found = await read(["id,title\n", plain("z", 30_000), word, more, behind]);
      assertEquals([found.encoding, found.title], [encoding, title]);
    }
  }
});

Deno.test("undecodable letters outside all samples are reported by line, and read with the chosen encoding", async () => {
  const parts = [
    "id,title\n",
    plain("z", 30_000),
    encoded("x,Amélie\n", "windows-1252"),
    plain("y", 90_000),
  ];
  const found = await read(parts);
  assertEquals(found.encoding, "utf-8");
  assertMatch(found.notes[0], /^1 character could not be read as utf-8 .* line 30002; .*encoding/);
  assertEquals((await read(parts, "windows-1252")).title, "Amélie");
  const utf8 = await read([...parts.slice(0, 2), "x,Amélie\n", parts[3]]);
  assertEquals([utf8.notes, utf8.title], [[], "Amélie"]);
});
