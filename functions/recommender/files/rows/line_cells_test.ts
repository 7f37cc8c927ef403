import { assertEquals } from "@std/assert";
import { LineCells } from "./line_cells.ts";
import { RecordReader } from "../records.ts";

Deno.test("the cells of a plain line equal those of its record; other lines are not split", () => {
  const parts = ["a", ",", '"', " ", "\ufffd"];
  let plain = 0;
  for (const quote of ['"', ""] as const) {
    const cells = new LineCells({ delimiter: ",", quote }, 2);
    for (let n = 0; n < parts.length ** 6; n++) {
      const line = Array.from({ length: 6 }, (_, i) => {
        return parts[Math.floor(n / parts.length ** i) % parts.length];
      }).join("");
      if (!cells.find(`"${line}"`, 1, 1 + line.length)) continue;
      plain++;
      const found = [0, 1].map((i) => `"${line}"`.slice(cells.starts[i], cells.ends[i]));
      const reader = new RecordReader({ delimiter: ",", quote, newline: "\n" });
      assertEquals([...reader.push(`${line}\n`)], [{ line: 1, cells: found }], line);
    }
  }
  // One comma in six positions and no special characters; then 136 more with quoted cells.
  assertEquals(plain, 6 * 3 ** 5 + 6 * 2 ** 5 + 136);
});
