/** Reshapes tables: unpivots wide ones, and skips rows of melted ones that have no value. */
import { DialectError } from "../csv_error.ts";
import type { Dialect, Unpivot } from "../dialect.ts";
import { columnNames } from "./header.ts";
import { parseNumber } from "../values/numbers.ts";
import type { FileReading } from "./read_records.ts";
import type { CsvRecord } from "../records.ts";

/**
 * Returns a file's records in the shape that its dialect describes.
 * @throws {DialectError} if the file lacks a column that the dialect names.
 */
export function shapeRows(
  reading: FileReading,
  { unpivot, filled, none }: Pick<Dialect, "unpivot" | "filled" | "none">,
): FileReading {
  const long = unpivot ? unpivoted(reading, unpivot) : reading;
  return filled === undefined ? long : withoutBlanks(long, { filled, none });
}

function unpivoted(reading: FileReading, unpivot: Unpivot): FileReading {
  const { columns } = reading;
  const { key, name, value, none, without = [] } = unpivot;
  const own = placeOf(key, columns, "unpivot/key");
  const left = without.map((column, i) => placeOf(column, columns, `unpivot/without/${i}`));
  const indices = columns.map((_, i) => i).filter((i) => i !== own && !left.includes(i));
  const isNone = noneTest(none);
  const rows = function* (records: Iterable<CsvRecord>): Generator<CsvRecord> {
    for (const record of records) {
      if (record.fault) {
        yield record;
        continue;
      }
      const { line, cells } = record;
      for (const i of indices) {
        if (isBlank(cells[i]) || isNone(cells[i])) continue;
        yield { line, cells: [cells[own], columns[i], cells[i]] };
      }
    }
  };
  return withRows({ ...reading, columns: columnNames([key, name, value], true) }, rows);
}

function withoutBlanks(
  reading: FileReading,
  { filled, none }: { filled: string; none?: string },
): FileReading {
  const index = placeOf(filled, reading.columns, "filled");
  const isNone = noneTest(none);
  const rows = function* (records: Iterable<CsvRecord>): Generator<CsvRecord> {
    for (const record of records) {
      const cell = record.cells[index];
      if (record.fault || !isBlank(cell) && !isNone(cell)) yield record;
    }
  };
  return withRows(reading, rows);
}

/** Returns a reading whose batches are mapped to other records. */
function withRows(
  { batches, ...rest }: FileReading,
  rows: (records: Iterable<CsvRecord>) => Generator<CsvRecord>,
): FileReading {
  return {
    ...rest,
    async *batches() {
      for await (const batch of batches()) yield rows(batch);
    },
  };
}

/** Returns whether a cell is the value that is treated as blank, however it is written. */
function noneTest(none: string | undefined): (cell: string) => boolean {
  if (none === undefined) return () => false;
  const [word, number] = [none.trim().toLowerCase(), parseNumber(none)];
  return number === null || Number.isNaN(number)
    ? (cell) => cell.trim().toLowerCase() === word
    : (cell) => parseNumber(cell) === number;
}

function isBlank(cell: string): boolean {
  return parseNumber(cell) === null;
}

/** @throws {DialectError} if there is no such column. */
function placeOf(column: string, columns: readonly string[], pointer: string): number {
  const index = columns.indexOf(column);
  if (index >= 0) return index;
  const names = columns.slice(0, 20).map((name) => `"${name}"`).join(", ");
  throw new DialectError(pointer, `The dialect names a column "${column}"; the file has ${names}.`);
}
