/** Decodes the columns of Parquet files a page at a time, between which other work has its turn. */
import type { CompressionCodec, Compressors } from "hyparquet";
import { snappyUncompress } from "hyparquet";
import { Decompress as ZstdStream, decompress as decompressZstd } from "fzstd";
import { decompressBrotli } from "hyparquet-compressors/src/brotli.js";
import { gunzip } from "hyparquet-compressors/src/gzip.js";
import { decompressLz4, decompressLz4Raw } from "hyparquet-compressors/src/lz4.js";
import { parquetHeader, readPage } from "hyparquet/src/column.js";
import { convert } from "hyparquet/src/convert.js";
import { isFlatColumn } from "hyparquet/src/schema.js";
import { type TakeTurn, TURN } from "../turn.ts";

/** How the library decodes the values of a column. */
export type Decoder = Parameters<typeof readPage>[2];

type Values = NonNullable<Parameters<typeof readPage>[3]>;
type PageHeader = ReturnType<typeof parquetHeader>;

/** The decoded pages of a column that overlap a range, and the number of rows before them. */
export interface DecodedColumn {
  data: Values[];
  skipped: number;
}

/**
 * Decodes the pages of a column chunk that overlap the rows `start` (inclusive) to `end`
 * (exclusive) of its group.
 * @param options.turn awaited before each page, and within long ones.
 * @throws {Error} if a page cannot be decoded.
 */
export async function decodeColumn(
  view: DataView<ArrayBuffer>,
  decoder: Decoder,
  { start, end, turn }: { start: number; end: number; turn: TakeTurn },
): Promise<DecodedColumn> {
  const reader = { view, offset: 0 };
  const isFlat = isFlatColumn(decoder.schemaPath);
  const column: DecodedColumn = { data: [], skipped: 0 };
  let dictionary: Values | undefined;
  let last: Values | undefined;
  let rows = 0;
  while ((!isFlat || rows < end) && reader.offset < view.byteLength - 1) {
    const header = parquetHeader(reader);
    const { compressed_page_size: length } = header;
    const packed = new Uint8Array(view.buffer, view.byteOffset + reader.offset, length);
    reader.offset += length;
    const count = header.data_page_header_v2?.num_rows ??
      (isFlat ? header.data_page_header?.num_values : undefined);
    if (count !== undefined && rows + count <= start) {
      rows += count;
      column.skipped += count;
      continue;
    }
    await turn();
    const page = await unpackedPage(packed, header, { codec: decoder.codec, turn });
    const plain = { view: new DataView(page.buffer, page.byteOffset, page.length), offset: 0 };
    const known = last?.length ?? 0;
    const { data } = readPage(
      plain,
      { ...header, compressed_page_size: page.length },
      { ...decoder, codec: "UNCOMPRESSED" },
      dictionary,
      last,
      start - rows,
    );
    if (!data) continue;
    if (header.type === "DICTIONARY_PAGE") {
      dictionary = convert(data, decoder);
    } else if (data === last) {
      rows += data.length - known;
    } else if (data.length > 0) {
      column.data.push(data);
      rows += data.length;
      last = data;
    }
  }
  return column;
}

/** Returns the bytes of a page as if its codec were none. */
async function unpackedPage(
  packed: Uint8Array<ArrayBuffer>,
  header: PageHeader,
  { codec, turn }: { codec: CompressionCodec; turn: TakeTurn },
): Promise<Uint8Array<ArrayBuffer>> {
  const { uncompressed_page_size: bytes, data_page_header_v2: second } = header;
  if (codec === "UNCOMPRESSED" || second?.is_compressed === false) return packed;
  // Levels of a page of version 2 are never compressed.
  const levels = second
    ? second.definition_levels_byte_length + second.repetition_levels_byte_length
    : 0;
  const page = new Uint8Array(bytes);
  page.set(packed.subarray(0, levels));
  const values = page.subarray(levels);
  // A page without values may have no compressed bytes.
  if (values.length === 0) return page;
  const from = packed.subarray(levels);
  if (codec === "ZSTD" && values.length > TURN) await unpackZstd(from, values, turn);
  else unpackInto(from, values, codec);
  return page;
}

function unpackInto(from: Uint8Array, values: Uint8Array, codec: CompressionCodec): void {
  const unpack = compressors[codec];
  if (!unpack) throw new Error(`unsupported compression codec: ${codec}`);
  const unpacked = unpack(from, values.length);
  if (unpacked.length !== values.length) throw wrongLength(unpacked.length, values.length);
  values.set(unpacked);
}

/** Decompresses zstd, the slowest of the codecs, in pieces of some milliseconds. */
async function unpackZstd(from: Uint8Array, values: Uint8Array, turn: TakeTurn): Promise<void> {
  let at = 0;
  const stream = new ZstdStream((part) => {
    if (at + part.length > values.length) throw wrongLength(at + part.length, values.length);
    values.set(part, at);
    at += part.length;
  });
  const step = Math.max(64, Math.floor(from.length * TURN / values.length));
  for (let read = 0; read < from.length; read += step) {
    stream.push(from.subarray(read, read + step), read + step >= from.length);
    await turn();
  }
  if (at !== values.length) throw wrongLength(at, values.length);
}

function wrongLength(length: number, expected: number): Error {
  return new Error(`a page has ${length} bytes and not the ${expected} of its header`);
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
