/**
 * Computes the receipt that the trainer will produce for a file, before it is uploaded: with the
 * same reader and rules, in memory proportional to the number of items.
 */
import { titleKey } from "../../text/same_title.ts";
import type { Dialect } from "../dialect.ts";
import type { FileBytes } from "../file_bytes.ts";
import { DistinctCounter, hashOf, pairHash } from "../columns/hashes.ts";
import { IdEvidence, ItemIds } from "../columns/item_ids.ts";
import { PaddedIds } from "../columns/padded_ids.ts";
import {
  checkMapping,
  type ContentMapping,
  type FileKind,
  type InteractionMapping,
  type Mapping,
} from "../mapping.ts";
import { CsvError } from "../csv_error.ts";
import {
  type ColumnForms,
  type IdSpellings,
  isSameForms,
  notesOf,
  refusalOf,
} from "../columns/column_forms.ts";
import { readDecided } from "../columns/read_decided.ts";
import { emptyReceipt, note, noteOneUser, type Receipt, reject } from "./receipt.ts";
import type { CsvRecord } from "../records.ts";
import {
  contentRows,
  type InteractionRow,
  interactionRows,
  isRejection,
  type Rejection,
} from "./rows.ts";
import { writeRecord } from "../formats/write_record.ts";

/** A file's bytes and how to read them. */
export interface MappedBytes {
  bytes: FileBytes;
  kind: FileKind;
  dialect: Dialect;
  mapping: Mapping;
  /** Aborts reading with its reason. */
  signal?: AbortSignal;
}

export interface Forecast extends Receipt {
  /**
   * Counts that are estimates with an error of a few thousandths: up to about a million distinct
   * values are counted exactly.
   */
  estimated: ("users" | "items" | "duplicates")[];
}

/** Hashes of the items of a content file, to look up interactions. */
export interface KnownItems {
  ids: ItemIds;
  /** Hash of the id of the first item, by hash of the title key. */
  byTitle: Map<number, number>;
}

/**
 * Counts a content file's rows, and returns its items.
 * @throws {CsvError} if the file cannot be read.
 */
export async function forecastContent(
  file: MappedBytes,
): Promise<{ forecast: Forecast; items: KnownItems }> {
  return await asDecided((known) => countContent(file, known));
}

async function countContent(file: MappedBytes, known: KnownForms) {
  const forecast: Forecast = { ...emptyReceipt("CONTENT"), estimated: [] };
  const items: KnownItems = { ids: new ItemIds(), byTitle: new Map() };
  const rows = await parsedRows(file, contentRows, known);
  for await (const batch of rows.batches()) {
    for (const { row } of batch) {
      forecast.rows++;
      if (isRejection(row)) {
        reject(forecast, row);
        continue;
      }
      const title = hashOf(titleKey(row.title));
      const isKnown = row.isByTitle && items.byTitle.has(title) || !items.ids.add(row.id);
      if (isKnown) forecast.duplicates++;
      else forecast.used++;
      if (!items.byTitle.has(title)) items.byTitle.set(title, hashOf(row.id));
    }
  }
  forecast.items = items.ids.size;
  note(forecast, rows.notes());
  return { counted: { forecast, items }, ...rows.decided() };
}

/**
 * Counts an interaction file's rows.
 * @param known items of the content file, if there is one.
 * @throws {CsvError} if the file cannot be read.
 */
export async function forecastInteractions(
  file: MappedBytes,
  known?: KnownItems,
): Promise<Forecast> {
  return await asDecided((forms) => countInteractions(file, known, forms));
}

async function countInteractions(
  file: MappedBytes,
  known: KnownItems | undefined,
  formed: KnownForms,
) {
  const forecast: Forecast = { ...emptyReceipt("INTERACTION"), estimated: [] };
  const [users, items, pairs] = [0, 0, 0].map(() => new DistinctCounter());
  const padded = { user: new PaddedIds(), item: new PaddedIds() };
  const byTitle = new Map(known?.byTitle);
  const rows = await parsedRows(file, interactionRows, formed);
  const { evidence } = rows;
  const { forms } = formed;
  if (known && !forms) evidence.ids = new IdEvidence(known.ids);
  const rule = forms?.ids?.rule;
  for await (const batch of rows.batches()) {
    for (const { row } of batch) {
      forecast.rows++;
      if (isRejection(row)) {
        reject(forecast, row);
        continue;
      }
      forecast.used++;
      const user = hashOf(row.user);
      padded.user.add(row.user);
      if (!known) padded.item.add(row.item);
      if (row.item !== "") evidence.ids?.add(row.item, row.user);
      if (rule && known && row.item !== "") row.item = known.ids.meant(row.item, rule) ?? row.item;
      const item = itemOf(row, byTitle);
      users.add(user);
      items.add(item);
      pairs.add(pairHash(user, item));
      if (known && !known.ids.hasHash(item)) forecast.unknown_items++;
    }
  }
  note(forecast, [
    ...rows.notes(),
    ...padded.user.notes("user", (id) => users.has(hashOf(id))),
    ...padded.item.notes("item", (id) => items.has(hashOf(id))),
  ]);
  forecast.users = users.count;
  forecast.items = items.count;
  forecast.duplicates = Math.max(0, forecast.used - pairs.count);
  noteOneUser(forecast);
  for (const [name, counter] of Object.entries({ users, items, duplicates: pairs })) {
    if (!counter.isExact) forecast.estimated.push(name as Forecast["estimated"][number]);
  }
  return { counted: forecast, ...rows.decided() };
}

/** Counts of a file, the formats used for them, and those inferred from the whole file. */
interface CountedBy<Counted> {
  counted: Counted;
  by: ColumnForms;
  decided: ColumnForms;
}

/** Results of an earlier pass over a file. */
interface KnownForms {
  /** Formats inferred from the whole file. */
  forms?: ColumnForms;
  /** How the ids of the whole file are written: decided first, since ids match by it. */
  spelling?: IdSpellings;
}

/** Counts a file; again if the whole file shows other formats than its head. */
async function asDecided<Counted>(
  count: (known: KnownForms) => Promise<CountedBy<Counted>>,
): Promise<Counted> {
  let spelling: IdSpellings | undefined;
  for (;;) {
    const { counted, by, decided } = await count({ spelling });
    if (isSameForms(by, decided)) return counted;
    if (isSameForms({ ...by, spelling: decided.spelling }, by)) {
      return (await count({ forms: decided })).counted;
    }
    spelling = decided.spelling;
  }
}

/**
 * Returns the hash of a row's item as the trainer resolves it: by id, then by title, then by an id
 * equal to the title; later rows with the same title resolve to the same item.
 */
function itemOf({ item, title }: InteractionRow, byTitle: Map<number, number>): number {
  if (item !== "") return hashOf(item);
  const key = hashOf(titleKey(title));
  const known = byTitle.get(key) ?? hashOf(title);
  byTitle.set(key, known);
  return known;
}

/**
 * Yields the rejected rows as CSV: line, reason and the original cells. Cells that a spreadsheet
 * would execute as a formula are prefixed by an apostrophe.
 */
export async function* rejectedRows(file: MappedBytes): AsyncGenerator<string> {
  const { columns, batches } = await parsedRows(file, rulesOf(file), {
    forms: await formsOf(file),
  });
  let isFirst = true;
  const line = (cells: string[]) => writeRecord(cells.map(withoutFormula), ",");
  for await (const batch of batches()) {
    let text = "";
    for (const { record, row } of batch) {
      if (isFirst) text += line(["line", "reason", ...columns]);
      isFirst = false;
      if (isRejection(row)) text += line([String(row.line), row.reason, ...record.cells]);
    }
    if (text !== "") yield text;
  }
}

/** Plain numbers are not formulas, whatever their sign. */
function withoutFormula(cell: string): string {
  return /^[=+\-@\t\r]/.test(cell) && !/^[+-]?\d+([.,]\d+)?$/.test(cell) ? `'${cell}` : cell;
}

/** Returns the formats inferred from the whole file. */
async function formsOf({ bytes, ...file }: MappedBytes): Promise<ColumnForms> {
  const { batches, evidence } = await readDecided(bytes, file);
  for await (const batch of batches()) {
    file.signal?.throwIfAborted();
    for (const _ of batch);
  }
  return evidence.decide();
}

interface Judged<Row> {
  record: CsvRecord;
  row: Row | Rejection;
}

type Rule<Row> = (
  mapping: ContentMapping & InteractionMapping,
  columns: readonly string[],
  forms: ColumnForms,
) => (record: CsvRecord) => Row | Rejection;

function rulesOf({ kind }: MappedBytes): Rule<object> {
  return kind === "CONTENT" ? contentRows : interactionRows;
}

function* judged<Row>(
  records: Iterable<CsvRecord>,
  parse: (record: CsvRecord) => Row | Rejection,
): Generator<Judged<Row>> {
  for (const record of records) yield { record, row: parse(record) };
}

/** Applies a rule to the records of a file; also returns the file's formats. */
async function parsedRows<Row extends object>(
  { bytes, kind, dialect, mapping, signal }: MappedBytes,
  rule: Rule<Row>,
  { forms: known, spelling }: KnownForms,
) {
  const file = await readDecided(bytes, { kind, dialect, mapping, known, spelling });
  const { columns, forms, evidence } = file;
  const [problem] = checkMapping(kind, mapping, columns);
  if (problem) throw new CsvError("not_csv", problem.detail);
  const parse = rule(mapping as ContentMapping & InteractionMapping, columns, forms);
  return {
    columns,
    /** As in `DecidedRecords`, but lazily: keeping all rows of a batch alive costs much time. */
    async *batches(): AsyncGenerator<Iterable<Judged<Row>>> {
      for await (const batch of file.batches()) {
        signal?.throwIfAborted();
        yield judged(batch, parse);
      }
    },
    evidence,
    /** @throws {CsvError} if the file is refused as a whole. */
    notes() {
      const decided = evidence.decide();
      const refusal = refusalOf(decided, mapping);
      if (refusal) throw new CsvError("not_csv", refusal.detail);
      return [...file.notes, ...notesOf(known ?? decided, mapping)];
    },
    decided: () => ({ by: forms, decided: evidence.decide() }),
  };
}
