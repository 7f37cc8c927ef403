/**
 * What the trainer's receipt of a file will say, found where the file is, before anything is
 * uploaded: by the same reader and the same rules, in memory that grows with the items alone.
 */
import type { Dialect } from "./dialect.ts";
import type { FileBytes } from "./file_bytes.ts";
import { DistinctCounter, hashOf, HashSet, pairHash } from "./hashes.ts";
import {
  checkMapping,
  type ContentMapping,
  type FileKind,
  type InteractionMapping,
  type Mapping,
} from "./mapping.ts";
import { CsvError } from "./csv_error.ts";
import { openRecords } from "./open_records.ts";
import { emptyReceipt, type Receipt, reject } from "./receipt.ts";
import type { CsvRecord } from "./records.ts";
import {
  contentRows,
  type InteractionRow,
  interactionRows,
  isRejection,
  type Rejection,
} from "./rows.ts";
import { writeRecord } from "./write_record.ts";

/** A file's bytes, packed or not, and how they are to be read. */
export interface MappedBytes {
  bytes: FileBytes;
  kind: FileKind;
  dialect: Dialect;
  mapping: Mapping;
  /** Ends the reading with its reason. */
  signal?: AbortSignal;
}

export interface Forecast extends Receipt {
  /** What is estimated, within a few thousandths: a million different ones are counted one by one. */
  estimated: ("users" | "items" | "duplicates")[];
}

/** The items of a content file, by hashes: what interactions are looked up in. */
export interface KnownItems {
  ids: HashSet;
  /** Of the first item that bears a title, its id. */
  byTitle: Map<number, number>;
}

/**
 * Counts a content file's rows, and gives its items.
 * @throws {CsvError} where it cannot be read.
 */
export async function forecastContent(
  file: MappedBytes,
): Promise<{ forecast: Forecast; items: KnownItems }> {
  const forecast: Forecast = { ...emptyReceipt("CONTENT"), estimated: [] };
  const items: KnownItems = { ids: new HashSet(), byTitle: new Map() };
  for await (const batch of judged(file, contentRows)) {
    for (const { row } of batch) {
      forecast.rows++;
      if (isRejection(row)) {
        reject(forecast, row);
        continue;
      }
      const id = hashOf(row.id);
      if (!items.ids.add(id)) {
        forecast.duplicates++;
        continue;
      }
      forecast.used++;
      const title = hashOf(row.title);
      if (!items.byTitle.has(title)) items.byTitle.set(title, id);
    }
  }
  forecast.items = items.ids.size;
  return { forecast, items };
}

/**
 * Counts an interaction file's rows.
 * @param known the content file's items, where there is one.
 * @throws {CsvError} where it cannot be read.
 */
export async function forecastInteractions(
  file: MappedBytes,
  known?: KnownItems,
): Promise<Forecast> {
  const forecast: Forecast = { ...emptyReceipt("INTERACTION"), estimated: [] };
  const [users, items, pairs] = [0, 0, 0].map(() => new DistinctCounter());
  for await (const batch of judged(file, interactionRows)) {
    for (const { row } of batch) {
      forecast.rows++;
      if (isRejection(row)) {
        reject(forecast, row);
        continue;
      }
      forecast.used++;
      const user = hashOf(row.user);
      const item = itemOf(row, known);
      users.add(user);
      items.add(item);
      pairs.add(pairHash(user, item));
      if (known && !known.ids.has(item)) forecast.unknown_items++;
    }
  }
  forecast.users = users.count;
  forecast.items = items.count;
  forecast.duplicates = Math.max(0, forecast.used - pairs.count);
  for (const [name, counter] of Object.entries({ users, items, duplicates: pairs })) {
    if (!counter.isExact) forecast.estimated.push(name as Forecast["estimated"][number]);
  }
  return forecast;
}

/** As the trainer finds items: by id, else by title, else by an id that reads like the title. */
function itemOf({ item, title }: InteractionRow, known?: KnownItems): number {
  if (item !== "") return hashOf(item);
  const hash = hashOf(title);
  return known?.byTitle.get(hash) ?? hash;
}

/**
 * The rows of a file that do not count, as a CSV of its own: line, reason, and the cells as they
 * are. Cells that a spreadsheet would run as a formula are made text by an apostrophe.
 */
export async function* rejectedRows(file: MappedBytes): AsyncGenerator<string> {
  const rules = file.kind === "CONTENT" ? contentRows : interactionRows;
  let isFirst = true;
  const line = (cells: string[]) => writeRecord(cells.map(withoutFormula), ",");
  for await (const batch of judged<object>(file, rules as typeof interactionRows)) {
    let text = "";
    for (const { record, row, columns } of batch) {
      if (isFirst) text += line(["line", "reason", ...columns]);
      isFirst = false;
      if (isRejection(row)) text += line([String(row.line), row.reason, ...record.cells]);
    }
    if (text !== "") yield text;
  }
}

/** A plain number is none, whatever its sign. */
function withoutFormula(cell: string): string {
  return /^[=+\-@\t\r]/.test(cell) && !/^[+-]?\d+([.,]\d+)?$/.test(cell) ? `'${cell}` : cell;
}

interface Judged<Row> {
  record: CsvRecord;
  row: Row | Rejection;
  columns: readonly string[];
}

/** The records of a file, each with what the rule makes of it. */
async function* judged<Row extends object>(
  { bytes, kind, dialect, mapping, signal }: MappedBytes,
  rule: (
    mapping: ContentMapping & InteractionMapping,
    columns: readonly string[],
  ) => (record: CsvRecord) => Row | Rejection,
): AsyncGenerator<Judged<Row>[]> {
  const { columns, batches } = await openRecords(bytes, dialect);
  const [problem] = checkMapping(kind, mapping, columns);
  if (problem) throw new CsvError("not_csv", problem.detail);
  const judge = rule(mapping as ContentMapping & InteractionMapping, columns);
  for await (const batch of batches()) {
    signal?.throwIfAborted();
    yield Array.from(batch, (record) => ({ record, row: judge(record), columns }));
  }
}
