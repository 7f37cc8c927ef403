/** What two files of one shop say about each other: which columns of one hold the items of the other. */
import type { Dialect } from "./dialect.ts";
import type { FileBytes } from "./file_bytes.ts";
import { hashOf, HashSet } from "./hashes.ts";
import { openRecords } from "./open_records.ts";
import { parseText } from "./blank_words.ts";

/** A file's bytes and how they are to be read. */
export interface ReadableFile {
  bytes: FileBytes;
  dialect: Dialect;
}

/** The values of an interaction column, looked up among those of a content column. */
export interface Match {
  /** Of the interactions. */
  column: string;
  /** Of the items. */
  among: string;
  /** The share of the column's values that stand there, from 0 to 1. */
  share: number;
  /** How many different ones do. */
  distinct: number;
}

/** What is enough to tell. */
const MOST_ITEMS = 500_000;
const MOST_INTERACTIONS = 50_000;
/** A column whose values come again more often than that names no items. */
const LEAST_DIFFERENT = 0.8;

/**
 * Looks up the values of each interaction column among those of each content column that may name
 * items; pairs that have nothing in common are left out.
 * @throws {CsvError} where a file cannot be read.
 */
export async function matchColumns(
  content: ReadableFile,
  interactions: ReadableFile,
): Promise<Match[]> {
  const items = await valuesOf(content, MOST_ITEMS);
  const named = items.filter(({ values, filled }) => values.size > LEAST_DIFFERENT * filled);
  const met = new Map<string, { column: string; among: string; found: number; values: HashSet }>();
  const filled = new Map<string, number>();
  await eachCell(interactions, MOST_INTERACTIONS, (column, hash) => {
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

/** The different values of each column. */
async function valuesOf(file: ReadableFile, rows: number) {
  const columns = new Map<string, { name: string; values: HashSet; filled: number }>();
  await eachCell(file, rows, (name, hash) => {
    const column = columns.get(name) ?? { name, values: new HashSet(), filled: 0 };
    columns.set(name, column);
    column.filled++;
    column.values.add(hash);
  });
  return [...columns.values()];
}

/** Shows the cells of the first rows that are not blank, by their hashes. */
async function eachCell(
  { bytes, dialect }: ReadableFile,
  most: number,
  show: (column: string, hash: number) => void,
): Promise<void> {
  const { columns, batches } = await openRecords(bytes, dialect);
  let rows = 0;
  for await (const batch of batches()) {
    for (const { cells, fault } of batch) {
      if (fault) continue;
      if (rows++ === most) return;
      cells.forEach((cell, i) => {
        const text = parseText(cell);
        if (text !== "") show(columns[i], hashOf(text));
      });
    }
  }
}
