/** Files of many formats: page, service and trainer read the same correct data from them. */
import {
  assertArrayIncludes,
  assertEquals,
  assertObjectMatch,
  assertStringIncludes,
} from "@std/assert";
import { checkRows } from "../../functions/recommender/files/rows/check_rows.ts";
import { describeFile } from "../../functions/recommender/files/dialect/describe.ts";
import { bytesOf } from "../../functions/recommender/files/file_bytes.ts";
import {
  forecastContent,
  forecastInteractions,
  rejectedRows,
} from "../../functions/recommender/files/rows/forecast.ts";
import { zoo } from "../../testing/zoo/zoo.ts";
import { readDataset } from "./read.ts";

for (const [name, file] of Object.entries(zoo)) {
  Deno.test(`forecast, check, rejects and receipt agree: ${name}`, async () => {
    const { kind, mapping } = file;
    const bytes = bytesOf(new Blob([await file.bytes()]));
    const found = await describeFile(bytes);
    const { dialect, columns, sampleRows } = found;
    assertObjectMatch(dialect, file.dialect);
    assertEquals(Object.fromEntries(columns.map((c, i) => [c, sampleRows[0][i]])), file.first);
    assertEquals(await describeFile(bytes, { dialect }), found);

    const mapped = { bytes, kind, dialect, mapping };
    const { estimated, ...forecast } = kind === "CONTENT"
      ? (await forecastContent(mapped)).forecast
      : await forecastInteractions(mapped);
    assertEquals(estimated, []);
    const { receipts: [receipt] } = await readDataset([
      { name: "1", open: () => Promise.resolve(bytes), kind, dialect, mapping },
    ]);
    assertEquals(forecast, receipt);
    for (const said of file.says ?? []) assertStringIncludes(found.notes!.join(" "), said);
    for (const said of file.noted ?? []) {
      assertStringIncludes((receipt.notes ?? []).join(" "), said);
    }
    for (const note of found.notes!) assertArrayIncludes(receipt.notes ?? [], [note]);
    assertEquals([receipt.rows, receipt.rejected], [file.rows, file.rejected]);
    assertEquals((await checkRows(mapped)).rows, receipt.rows);
    const rejects = (await Array.fromAsync(rejectedRows(mapped))).join("");
    assertEquals(rejects.split("\n").length - 2, receipt.rejected, rejects);
  });
}
