/** Compares the columns of an interaction file and a content file, to find the item ids. */
import type { Dialect } from "../dialect.ts";
import type { FileBytes } from "../file_bytes.ts";
import { hashOf, HashSet } from "../columns/hashes.ts";
import { ID_RULES, LEAST_JOINED } from "../columns/item_ids.ts";
import { openRecords } from "../formats/open_records.ts";
import { parseText } from "../values/blank_words.ts";

/** A file's bytes and how to read them. */
export interface ReadableFile {
  bytes: FileBytes;
  dialect: Dialect;
}

/** Overlap of an interaction column with a content column. */
export interface Match {
  /** Column of the interactions. */
  column: string;
  /** Column of the items. */
  among: string;
  /** Fraction of the column's values that occur there, 0 to 1. */
  share: number;
  /** Number of distinct values that occur there. */
  distinct: number;
}

/** Maximum number of rows that are compared. */
const MOST_ITEMS = 500_000;
const MOST_INTERACTIONS = 50_000;
/** Minimum fraction of distinct values of a column that can identify items. */
const LEAST_DIFFERENT = 0.8;

/** Minimum fraction of a column's values that must match exactly; below it, spellings are tried. */
const LEAST_EXACT = 0.5;

/**
 * Looks up the values of each interaction column in each content column that can identify items;
 * pairs without common values are omitted. If few values of every column occur as they are written,
 * they are compared as ids of another spelling are joined: without quotes, `.0` and leading zeros.
 * @throws {CsvError} if a file cannot be read.
 */
export async function matchColumns(
  content: ReadableFile,
  interactions: ReadableFile,
): Promise<Match[]> {
  const exact = await matchBy((text) => text, { content, interactions });
  if (exact.some(({ share }) => share >= LEAST_EXACT)) return exact;
  const joined = await matchBy(ID_RULES.all, { content, interactions });
  return joined.some(({ share }) => share >= LEAST_JOINED) ? joined : exact;
}

async function matchBy(
  read: (text: string) => string,
  { content, interactions }: Record<"content" | "interactions", ReadableFile>,
): Promise<Match[]> {
  const items = await valuesOf(content, read);
  const named = items.filter(({ values, filled }) => values.size > LEAST_DIFFERENT * filled);
  const met = new Map<string, { column: string; among: string; found: number; values: HashSet }>();
  const filled = new Map<string, number>();
  await eachCell(interactions, MOST_INTERACTIONS, (column, text) => {
    const hash = hashOf(read(text));
    filled.set(column, (filled.get(column) ?? 0) + 1);
    for (const { name: among, values } of named) {
      if (!values.has(hash)) continue;
      const key = JSON.stringify([column, among]);
      const match = met.get(key) ?? { column, among, found: 0, values: new HashSet() };
      met.set(key, match);
      match.found++;
      match.values.add(hash);
    }
  });
  return [...met.values()].map(({ column, among, found, values }) => ({
    column,
    among,
    share: found / filled.get(column)!,
    distinct: values.size,
  }));
}

/** Returns the distinct values of each column, as hashes. */
async function valuesOf(file: ReadableFile, read: (text: string) => string) {
  const columns = new Map<string, { name: string; values: HashSet; filled: number }>();
  await eachCell(file, MOST_ITEMS, (name, text) => {
    const column = columns.get(name) ?? { name, values: new HashSet(), filled: 0 };
    columns.set(name, column);
    column.filled++;
    column.values.add(hashOf(read(text)));
  });
  return [...columns.values()];
}

/** Calls `show` with the non-blank cells of the first rows. */
async function eachCell(
  { bytes, dialect }: ReadableFile,
  most: number,
  show: (column: string, text: string) => void,
): Promise<void> {
  const { columns, batches } = await openRecords(bytes, dialect);
  let rows = 0;
  for await (const batch of batches()) {
    for (const { cells, fault } of batch) {
      if (fault) continue;
      if (rows++ === most) return;
      cells.forEach((cell, i) => {
        const text = parseText(cell);
        if (text !== "") show(columns[i], text);
      });
    }
  }
}
