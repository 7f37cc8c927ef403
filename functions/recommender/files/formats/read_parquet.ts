/** Records of Parquet files, decoded in ranges of rows. */
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetSchema,
  type RowGroup,
  type SchemaTree,
} from "hyparquet";
import { DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { assembleAsync } from "hyparquet/src/rowgroup.js";
import { getTreePath } from "hyparquet/src/schema.js";
import { cellText, type Path, valueAt } from "./cell_text.ts";
import { CsvError } from "../csv_error.ts";
import type { FileBytes } from "../file_bytes.ts";
import { columnNames } from "./header.ts";
import { checkColumns, checkRecord } from "../limits.ts";
import { decodeColumn, type DecodedColumn, type Decoder } from "./parquet_column.ts";
import { checkPages } from "./parquet_pages.ts";
import { exactParsers, floatText, type Formats, formatsOf } from "./parquet_values.ts";
import type { FileReading, ReadingOptions } from "./read_records.ts";
import type { CsvRecord } from "../records.ts";
import { type TakeTurn, turn as nextTurn } from "../turn.ts";

/** Number of values, over all columns, decoded at a time. */
const DECODED = 1 << 21;
const LEAST_ROWS = 1 << 14;

/** Number of records per batch. */
const BATCH = 1_000;

/** Magic number "PAR1" at the beginning and end of a file. */
const MAGIC = [0x50, 0x41, 0x52, 0x31];

/** Maximum size of the footer, which describes all columns of all row groups, in bytes. */
const LONGEST_FOOTER = 1 << 25;

/** Maximum compressed size of a row group, which is held while it is read, in bytes. */
const LONGEST_GROUP = 1 << 28;

/** A column of the table and its path in the schema. */
interface Leaf {
  path: Path;
  /** Converts the library's value to a cell. */
  text: (value: unknown) => string;
}

/**
 * Reads a Parquet file by row groups, each in ranges of some thousand rows. Members of structs are
 * columns; lists and maps are JSON texts. A record's line is its row number, from 1.
 * @throws {CsvError} `damaged` if the file cannot be read, `empty`, `too_large`; also while reading
 * batches.
 */
export async function readParquet(
  file: FileBytes,
  { limited = true, unpacked = () => {}, turn = nextTurn }: ReadingOptions = {},
): Promise<FileReading> {
  const metadata = await metadataOf(file);
  const formats = formatsOf(metadata.schema);
  const tree = parquetSchema(metadata);
  const leaves = leavesOf(tree, formats);
  if (leaves.length === 0 || metadata.num_rows === 0n) {
    throw new CsvError("empty", "The Parquet file has no row.");
  }
  const columns = columnNames(leaves.map(({ path }) => path.join(".")), true);
  if (limited) checkColumns({ line: 1, cells: columns }, true);
  const reading = { tree, leaves, limited, unpacked, turn };
  return {
    columns,
    async *batches() {
      let first = 0;
      for (const group of metadata.row_groups) {
        const rows = Number(group.num_rows);
        const chunks = heldChunks(file, group, limited);
        const step = Math.max(LEAST_ROWS, Math.floor(DECODED / leaves.length));
        for (let start = 0; start < rows; start += step) {
          const end = Math.min(rows, start + step);
          const records = await recordsOf({ ...reading, chunks, first, rows }, start, end);
          for (let at = start; at < end; at += BATCH) {
            yield records(first + at, first + Math.min(end, at + BATCH));
          }
        }
        first += rows;
      }
    },
  };
}

/** Reads the footer: schema, row groups and number of rows. Throws as `readParquet`. */
async function metadataOf(file: FileBytes): Promise<FileMetaData> {
  const end = await file.slice(Math.max(0, file.size - 8), file.size);
  if (end.length < 8 || !MAGIC.every((byte, i) => end[4 + i] === byte)) {
    throw new CsvError("damaged", "The Parquet file cannot be read: it ends before its end.");
  }
  const footer = new DataView(end.buffer, end.byteOffset).getUint32(0, true);
  if (footer > LONGEST_FOOTER) {
    throw new CsvError(
      "too_large",
      `The Parquet file describes itself in ${footer} bytes; these may be ${LONGEST_FOOTER} at ` +
        "most: write it with fewer and larger groups of rows.",
    );
  }
  return await readable(() => parquetMetadataAsync(bufferOf(file)));
}

/** Maps errors of the library to a CsvError. */
async function readable<Read>(read: () => Promise<Read>): Promise<Read> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof CsvError) throw error;
    const why = (error as Error).message.replace(/^parquet\s+/i, "");
    throw new CsvError("damaged", `The Parquet file cannot be read: ${why}.`);
  }
}

interface GroupReading {
  tree: SchemaTree;
  leaves: Leaf[];
  limited: boolean;
  unpacked: (characters: number) => void;
  turn: TakeTurn;
  chunks: HeldChunk[];
  /** First row of the group, and its number of rows. */
  first: number;
  rows: number;
}

/**
 * Decodes the rows `start` (inclusive) to `end` (exclusive) of a row group; returns a function that
 * yields the records of the file's rows `from` to `to` among them.
 */
async function recordsOf(
  { tree, leaves, limited, unpacked, turn, chunks, first, rows }: GroupReading,
  start: number,
  end: number,
): Promise<(from: number, to: number) => Generator<CsvRecord>> {
  const parts = new Map<string, { from: number; values: ArrayLike<unknown> }[]>();
  await readable(async () => {
    const asyncColumns: { pathInSchema: string[]; data: Promise<DecodedColumn> }[] = [];
    for (const { meta, view } of chunks) {
      const column = await decodeColumn(await view(), decoderOf(tree, meta), { start, end, turn });
      asyncColumns.push({ pathInSchema: meta.path_in_schema, data: Promise.resolve(column) });
    }
    const range = { groupStart: first, groupRows: rows, selectStart: start, selectEnd: end };
    const assembled = assembleAsync({ ...range, asyncColumns }, tree, exactParsers);
    for (const { pathInSchema: [name], data: column } of assembled.asyncColumns) {
      const { data, skipped } = await column;
      let from = first + skipped;
      parts.set(
        name,
        data.map((values) => {
          const part = { from, values: values as ArrayLike<unknown> };
          from += values.length;
          return part;
        }),
      );
    }
  });
  const cursors = leaves.map(({ path: [name, ...path], text }) => ({
    path,
    text,
    parts: parts.get(name) ?? [],
    part: 0,
  }));
  return function* (from, to) {
    for (let row = from; row < to; row++) {
      let characters = leaves.length;
      const cells = cursors.map((cursor) => {
        const { path, text, parts } = cursor;
        while (
          parts[cursor.part] && row >= parts[cursor.part].from + parts[cursor.part].values.length
        ) {
          cursor.part++;
        }
        const part = parts[cursor.part];
        if (!part || row < part.from) {
          throw new CsvError("damaged", `The Parquet file has fewer rows than it says: ${row}.`);
        }
        const value = part.values[row - part.from];
        const cell = text(path.length > 0 ? valueAt(value, path) : value);
        characters += cell.length;
        return cell;
      });
      const record = { line: row + 1, cells };
      if (limited) checkRecord(record);
      unpacked(characters);
      yield record;
    }
  };
}

/** Returns the columns: members of structs individually, everything else as is. */
function leavesOf(schema: SchemaTree, formats: Formats): Leaf[] {
  const leaves: Leaf[] = [];
  const walk = (tree: SchemaTree, path: string[]) => {
    const { element, children } = tree;
    const isStruct = children.length > 0 && element.repetition_type !== "REPEATED" &&
      !["LIST", "MAP", "MAP_KEY_VALUE"].includes(element.converted_type ?? "") &&
      !["LIST", "MAP", "VARIANT"].includes(element.logical_type?.type ?? "");
    if (isStruct) {
      for (const child of children) walk(child, [...path, child.element.name]);
    } else {
      const text = formats.get(element) ?? (element.type === "FLOAT" ? floatText : cellText);
      leaves.push({ path, text });
    }
  };
  for (const child of schema.children) walk(child, [child.element.name]);
  return leaves;
}

/** Returns how the library decodes a column's values. */
function decoderOf(tree: SchemaTree, meta: ColumnMeta): Decoder {
  const { path_in_schema: pathInSchema, type, codec } = meta;
  const schemaPath = getTreePath(tree, pathInSchema);
  const { element } = schemaPath[schemaPath.length - 1];
  const parsers = { ...DEFAULT_PARSERS, ...exactParsers };
  return { pathInSchema, type, codec, schemaPath, element, parsers };
}

function bufferOf({ size, slice }: FileBytes): AsyncBuffer {
  return {
    byteLength: size,
    slice: async (start, end = size) => (await slice(start, end)).buffer,
  };
}

type ColumnMeta = NonNullable<RowGroup["columns"][number]["meta_data"]>;

/** A column chunk, whose bytes are read once and held. */
interface HeldChunk {
  meta: ColumnMeta;
  /** Reads it, and checks its pages. */
  view: () => Promise<DataView<ArrayBuffer>>;
}

/** Returns the column chunks of a row group. */
function heldChunks(file: FileBytes, { columns }: RowGroup, limited: boolean): HeldChunk[] {
  const chunks = columns.flatMap(({ meta_data: meta }) => {
    if (!meta) return [];
    const { dictionary_page_offset, data_page_offset, total_compressed_size } = meta;
    const start = Number(dictionary_page_offset || data_page_offset);
    return [{ meta, start, end: start + Number(total_compressed_size) }];
  });
  if (chunks.reduce((sum, { start, end }) => sum + end - start, 0) > LONGEST_GROUP) {
    throw new CsvError(
      "too_large",
      `The Parquet file has a group of rows of more than ${LONGEST_GROUP} bytes: write it with ` +
        "smaller ones (row_group_size).",
    );
  }
  return chunks.map(({ meta, start, end }) => {
    const read = async () => {
      const bytes = await file.slice(start, end);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      checkPages(view, { limited });
      return view;
    };
    let held: Promise<DataView<ArrayBuffer>> | undefined;
    return { meta, view: () => held ??= read() };
  });
}
