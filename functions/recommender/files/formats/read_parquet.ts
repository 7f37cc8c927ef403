/** Records of Parquet files, decoded in ranges of rows. */
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type RowGroup,
  type SchemaTree,
  snappyUncompress,
} from "hyparquet";
import { decompress as decompressZstd } from "fzstd";
import { decompressBrotli } from "hyparquet-compressors/src/brotli.js";
import { gunzip } from "hyparquet-compressors/src/gzip.js";
import { decompressLz4, decompressLz4Raw } from "hyparquet-compressors/src/lz4.js";
import { cellText, type Path, valueAt } from "./cell_text.ts";
import { CsvError } from "../csv_error.ts";
import type { FileBytes } from "../file_bytes.ts";
import { columnNames } from "./header.ts";
import { checkColumns, checkRecord } from "../limits.ts";
import { checkPages } from "./parquet_pages.ts";
import { exactParsers, floatText, type Formats, formatsOf } from "./parquet_values.ts";
import type { FileReading, ReadingOptions } from "./read_records.ts";
import type { CsvRecord } from "../records.ts";

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
  { limited = true, unpacked = () => {} }: ReadingOptions = {},
): Promise<FileReading> {
  const metadata = await metadataOf(file);
  const formats = formatsOf(metadata.schema);
  const leaves = leavesOf(parquetSchema(metadata), formats);
  if (leaves.length === 0 || metadata.num_rows === 0n) {
    throw new CsvError("empty", "The Parquet file has no row.");
  }
  const columns = columnNames(leaves.map(({ path }) => path.join(".")), true);
  if (limited) checkColumns({ line: 1, cells: columns }, true);
  const reading = { metadata, leaves, limited, unpacked };
  return {
    columns,
    async *batches() {
      let first = 0;
      for (const group of metadata.row_groups) {
        const rows = Number(group.num_rows);
        const held = heldGroup(file, group);
        const step = Math.max(LEAST_ROWS, Math.floor(DECODED / leaves.length));
        for (let start = 0; start < rows; start += step) {
          const end = Math.min(rows, start + step);
          const records = await recordsOf({ ...reading, file: held }, first + start, first + end);
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

interface ParquetReading {
  file: AsyncBuffer;
  metadata: FileMetaData;
  leaves: Leaf[];
  limited: boolean;
  unpacked: (characters: number) => void;
}

/**
 * Decodes the rows `start` (inclusive) to `end` (exclusive) of one row group; returns a function
 * that yields their records.
 */
async function recordsOf(
  { file, metadata, leaves, limited, unpacked }: ParquetReading,
  start: number,
  end: number,
): Promise<(from: number, to: number) => Generator<CsvRecord>> {
  const parts = new Map<string, { from: number; values: ArrayLike<unknown> }[]>();
  await readable(() =>
    parquetRead({
      file,
      metadata,
      parsers: exactParsers,
      compressors,
      rowStart: start,
      rowEnd: end,
      onChunk({ columnName, columnData, rowStart }) {
        const known = parts.get(columnName) ?? [];
        known.push({ from: rowStart, values: columnData });
        parts.set(columnName, known);
      },
    })
  );
  const cursors = leaves.map(({ path: [name, ...path], text }) => ({
    path,
    text,
    parts: (parts.get(name) ?? []).sort((a, b) => a.from - b.from),
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

/** Codecs without WebAssembly, which Workers cannot compile at run time. */
const compressors: Compressors = {
  SNAPPY(input, length) {
    const output = new Uint8Array(length);
    snappyUncompress(input, output);
    return output;
  },
  GZIP: (input, length) => gunzip(input, new Uint8Array(length)),
  BROTLI: decompressBrotli,
  ZSTD: (input, length) => decompressZstd(input, new Uint8Array(length)),
  LZ4: decompressLz4,
  LZ4_RAW: decompressLz4Raw,
};

function bufferOf({ size, slice }: FileBytes): AsyncBuffer {
  return {
    byteLength: size,
    slice: async (start, end = size) => (await slice(start, end)).buffer,
  };
}

/** Holds the bytes of a row group; each column chunk is read once, and checked before decoding. */
function heldGroup(file: FileBytes, { columns }: RowGroup): AsyncBuffer {
  const chunks = columns.flatMap(({ meta_data }) => {
    if (!meta_data) return [];
    const { dictionary_page_offset, data_page_offset, total_compressed_size } = meta_data;
    const start = Number(dictionary_page_offset || data_page_offset);
    return [{ start, end: start + Number(total_compressed_size) }];
  });
  if (chunks.reduce((sum, { start, end }) => sum + end - start, 0) > LONGEST_GROUP) {
    throw new CsvError(
      "too_large",
      `The Parquet file has a group of rows of more than ${LONGEST_GROUP} bytes: write it with ` +
        "smaller ones (row_group_size).",
    );
  }
  const known = new Map<number, Promise<Uint8Array>>();
  const read = async (start: number, end: number) => {
    const bytes = await file.slice(start, end);
    checkPages(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    return bytes;
  };
  return {
    byteLength: file.size,
    async slice(start, end = file.size) {
      const part = new Uint8Array(end - start);
      for (const chunk of chunks) {
        if (chunk.start >= end || chunk.end <= start) continue;
        const bytes = known.get(chunk.start) ?? read(chunk.start, chunk.end);
        known.set(chunk.start, bytes);
        const from = Math.max(start, chunk.start);
        const wanted = (await bytes).subarray(from - chunk.start, end - chunk.start);
        part.set(wanted, from - start);
      }
      return part.buffer;
    },
  };
}
