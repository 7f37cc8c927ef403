import type { Dialect } from "../dialect.ts";
import type { FileBytes } from "../file_bytes.ts";
import { openRecords } from "../formats/open_records.ts";

/**
 * Returns the cells of a file's first valid rows, at most `most`.
 * @throws {CsvError} as `openRecords`.
 */
export async function firstRows(
  file: FileBytes,
  dialect: Dialect,
  most: number,
): Promise<string[][]> {
  const { columns, batches } = await openRecords(file, dialect);
  const rows: string[][] = [];
  for await (const batch of batches()) {
    for (const { cells, fault } of batch) {
      if (!fault && cells.length === columns.length) rows.push(cells);
      if (rows.length === most) return rows;
    }
  }
  return rows;
}
