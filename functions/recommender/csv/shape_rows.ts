/** Reshapes tables: unpivots wide ones, and skips rows of melted ones that have no value. */
import { CsvError } from "./csv_error.ts";
import type { Dialect, Unpivot } from "./dialect.ts";
import { columnNames } from "./header.ts";
import { parseNumber } from "./numbers.ts";
import type { FileReading } from "./read_records.ts";
import type { CsvRecord } from "./records.ts";

/**
 * Returns a file's records in the shape that its dialect describes.
 * @throws {CsvError} `not_csv` if the file lacks a column that the dialect names.
 */
export function shapeRows(
  reading: FileReading,
  { unpivot, filled }: Pick<Dialect, "unpivot" | "filled">,
): FileReading {
  const long = unpivot ? unpivoted(reading, unpivot) : reading;
  return filled === undefined ? long : withoutBlanks(long, filled);
}

function unpivoted(reading: FileReading, unpivot: Unpivot): FileReading {
  const { columns } = reading;
  const { key, name, value, none } = unpivot;
  const own = placeOf(key, columns);
  const rows = function* (records: Iterable<CsvRecord>): Generator<CsvRecord> {
    for (const record of records) {
      if (record.fault) {
        yield record;
        continue;
      }
      const { line, cells } = record;
      for (let i = 0; i < cells.length; i++) {
        if (i === own || isBlank(cells[i]) || cells[i].trim() === none) continue;
        yield { line, cells: [cells[own], columns[i], cells[i]] };
      }
    }
  };
  return withRows({ ...reading, columns: columnNames([key, name, value], true) }, rows);
}

function withoutBlanks(reading: FileReading, filled: string): FileReading {
  const place = placeOf(filled, reading.columns);
  const rows = function* (records: Iterable<CsvRecord>): Generator<CsvRecord> {
    for (const record of records) {
      if (record.fault || !isBlank(record.cells[place])) yield record;
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

function isBlank(cell: string): boolean {
  return parseNumber(cell) === null;
}

function placeOf(column: string, columns: readonly string[]): number {
  const place = columns.indexOf(column);
  if (place >= 0) return place;
  const names = columns.slice(0, 20).map((name) => `"${name}"`).join(", ");
  throw new CsvError("not_csv", `The dialect names a column "${column}"; the file has ${names}.`);
}
