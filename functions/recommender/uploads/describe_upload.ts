/** Detects and checks the dialect and column mapping of an uploaded file; errors are per field. */
import { z } from "@hono/zod-openapi";
import { jsonValue } from "../../http/body/json_text.ts";
import { type InputError, Problem } from "../../http/problem.ts";
import { blobBytes } from "../blobs/blob_bytes.ts";
import { checkRows } from "../files/rows/check_rows.ts";
import { AddressError } from "../addresses/address_error.ts";
import type { AddressedData } from "../addresses/addresses.ts";
import { firstRows } from "../files/dialect/first_rows.ts";
import { chooseDialect, dialectFor, type GivenDialect } from "../files/dialect/choose_dialect.ts";
import { CsvError, DialectError } from "../files/csv_error.ts";
import { describeFile, type FileDescription } from "../files/dialect/describe.ts";
import { comments, encodings, formats, newlines, quotes } from "../files/dialect.ts";
import type { FileBytes } from "../files/file_bytes.ts";
import type { MappedBytes } from "../files/rows/forecast.ts";
import {
  checkMapping,
  type FileKind,
  type InteractionMapping,
  type Mapping,
} from "../files/mapping.ts";
import type { Measure } from "../files/formats/measure.ts";
import { type FileRefusal, refusedFile } from "../files/rows/refused_file.ts";
import type { TakeTurn } from "../files/turn.ts";
import { isOnePerson, ONE_PERSON } from "../files/propose/one_person.ts";
import { KEYLESS, wideNote } from "../files/formats/reading_notes.ts";
import type { NewFile } from "../projects/projects.ts";
import type { ReceivedFile, Receiving } from "./receiving.ts";

/** Form fields sent with a file, unparsed. */
export interface UploadTexts {
  fileType: FileKind;
  /** Prefix of the file's form fields: "content". */
  kind: string;
  schema: string | undefined;
  dialect: string | undefined;
}

/** Properties that are not given are detected. */
const GivenDialectSchema = z.strictObject({
  format: z.enum(formats),
  encoding: z.enum(encodings),
  delimiter: z.string().regex(/^[^\r\n"']{1,8}$/, "must be one to eight characters of one line"),
  quote: z.enum(quotes),
  escape: z.literal("\\").nullable(),
  skip: z.int().min(0).max(1000),
  comment: z.enum(comments).nullable(),
  newline: z.enum(newlines),
  header: z.boolean(),
  exact: z.literal(true).nullable(),
  indexed: z.literal(true).nullable(),
  unpivot: z.strictObject({
    key: z.string().max(1000),
    name: z.string().min(1).max(100),
    value: z.string().min(1).max(100),
    none: z.string().max(100).optional(),
    without: z.array(z.string().max(1000)).max(1000).optional(),
  }).nullable(),
  filled: z.string().max(1000).nullable(),
  none: z.string().max(100).nullable(),
}).partial();

/**
 * Returns the file with its dialect and mapping, or all validation errors. A file uploaded in parts
 * that no mapping could read is discarded.
 */
export async function describeUpload(
  file: ReceivedFile,
  { fileType, kind, schema, dialect }: UploadTexts,
  { blobs, discard, checkOf, turn }: Pick<Receiving, "blobs" | "discard" | "checkOf" | "turn">,
): Promise<NewFile | { errors: InputError[] }> {
  const errors: InputError[] = [];
  const dialectField = `/${kind}_dialect_json`;
  const schemaField = `/${kind}_schema_json`;

  const given = GivenDialectSchema.safeParse(parsed(dialect || "{}", dialectField, errors) ?? {});
  for (const { path, message } of given.error?.issues ?? []) {
    errors.push({ pointer: [dialectField, ...path].join("/"), detail: message });
  }
  const refused = async (detail: string) => {
    if (file.upload_id) await discard(file.storage_path);
    const pointer = file.addressed ? `/${kind}_address` : `/${kind}_file`;
    return { errors: [...errors, { pointer, detail }] };
  };
  const bytes = file.addressed?.data.file ?? (await blobBytes(blobs, file.storage_path))!;
  const description = await described(bytes, { fileType, given: given.data ?? {}, turn });
  if (typeof description === "string") return await refused(description);
  if (description instanceof DialectError) {
    const { pointer, message } = description;
    return { errors: [...errors, { pointer: `${dialectField}/${pointer}`, detail: message }] };
  }
  const { columns } = description;
  let mapping: unknown;
  if (schema) {
    mapping = withoutBlanks(parsed(schema, schemaField, errors));
  } else {
    const detail = `must be the mapping of the file's columns, which are ${columns.join(", ")}`;
    errors.push({ pointer: schemaField, detail });
  }
  if (mapping !== undefined) {
    const problems = checkMapping(fileType, mapping, columns);
    errors.push(...problems.map(({ pointer, detail }) => ({
      pointer: schemaField + pointer,
      detail,
    })));
  }
  const isAlone = fileType === "INTERACTION" && isOnePerson(columns) &&
    errors.some(({ pointer }) => pointer === `${schemaField}/user_id`);
  if (isAlone) errors.push({ pointer: schemaField, detail: ONE_PERSON });
  if (fileType === "INTERACTION" && isWideMapping(description, mapping)) {
    const offered = JSON.stringify({ unpivot: description.wide });
    errors.push({
      pointer: dialectField,
      detail: `${wideNote(description.wide!, columns.length)} Send ${offered} here and map its ` +
        'columns, or send {"unpivot": null}.',
    });
  } else if (fileType === "INTERACTION" && description.isKeyless && given.data?.unpivot !== null) {
    errors.push({ pointer: dialectField, detail: `${KEYLESS} Or send {"unpivot": null}.` });
  } else if (errors.length > 0 && description.notes?.length) {
    // A mapping may be wrong because of how the file is read.
    errors.push(...description.notes.map((detail) => ({ pointer: dialectField, detail })));
  }
  if (errors.length > 0) return { errors };
  const { storage_path, file_name, sha256, upload_id, measure, addressed } = file;
  const reading = { kind: fileType, dialect: description.dialect, mapping: mapping as Mapping };
  const counted = addressed
    ? await estimatedRows(addressed.data, reading)
    : await countedRows(measure, { ...reading, bytes, check: await checkOf(), turn })
      .catch(async (error) => {
        const isTooMuch = error instanceof Problem && error.code === "too_large";
        if (isTooMuch && upload_id) await discard(storage_path);
        throw error;
      });
  if (typeof counted === "string") return await refused(counted);
  const { undecodable, ...counts } = counted;
  if (undecodable && given.data?.encoding === undefined) {
    const detail = `${undecodable} Send {"encoding": …} here.`;
    return { errors: [{ pointer: dialectField, detail }] };
  }
  if (counts.rows === 0) {
    return await refused("The file has no rows below its header line; it needs at least one.");
  }
  const refusal = addressed
    ? await refusedSample({ ...reading, bytes, turn })
    : await refusedFile({ ...reading, bytes, turn });
  if (refusal) {
    const { key, detail } = refusal;
    return { errors: [{ pointer: key ? `${schemaField}/${key}` : schemaField, detail }] };
  }
  return {
    file_type: fileType,
    ...{ storage_path, file_name, bytes: file.bytes, sha256 },
    ...(upload_id && { upload_id }),
    ...(addressed && { address: addressed.address }),
    ...counts,
    dialect: description.dialect,
    mapping: mapping as Mapping,
  };
}

/** Counts of a file, and a sentence if its text does not fit the encoding. */
type Counts = Pick<NewFile, "rows" | "unpacked_bytes"> & { undecodable?: string };

/**
 * Returns the number of rows, and the unpacked size of a packed file, or a sentence about a part
 * that is too long. Reads the file again, unless all lines are short and unquoted.
 * @param reading.check throws if a format with built-in compression contains too much.
 */
async function countedRows(
  { packed, bytes, isPlain, lines }: Measure,
  { check, ...reading }: MappedBytes & { check: (soFar: Measure) => void; turn: TakeTurn },
): Promise<Counts | string> {
  const { format = "csv", quote, header, skip = 0, unpivot, filled } = reading.dialect;
  const unpacked = packed && { unpacked_bytes: bytes };
  const isShaped = unpivot !== undefined || filled !== undefined;
  if (format === "csv" && isPlain && quote !== "'" && !isShaped) {
    return { rows: Math.max(0, lines - Number(header) - skip), ...unpacked };
  }
  try {
    const { rows, unpackedBytes, undecodable } = await checkRows(
      reading,
      (soFar) =>
        check({ packed: true, bytes: soFar.unpackedBytes, lines: soFar.rows, isPlain: false }),
    );
    const size = unpackedBytes > 0 ? { unpacked_bytes: unpackedBytes } : unpacked;
    return { rows, ...size, ...(undecodable && { undecodable }) };
  } catch (error) {
    if (error instanceof CsvError) return error.message;
    throw error;
  }
}

/** Number of rows by which the rows at an address are estimated: reading all may take hours. */
const SAMPLE_ROWS = 1_000;

/** Characters of a row between its cells. */
const BETWEEN = 1;

/**
 * Returns the estimated number of rows at an address, by the length of its first rows; a training
 * counts them. Packed and binary formats have fewer bytes a row, and so more rows.
 */
async function estimatedRows(
  { bytes, file }: AddressedData,
  { dialect }: Pick<MappedBytes, "dialect">,
): Promise<Counts | string> {
  try {
    const rows = await firstRows(file, dialect, SAMPLE_ROWS);
    const length = rows.flat().reduce((sum, cell) => sum + cell.length + BETWEEN, 0);
    return { rows: rows.length && Math.ceil(bytes / Math.max(1, length / rows.length)) };
  } catch (error) {
    if (error instanceof CsvError || error instanceof AddressError) return error.message;
    throw error;
  }
}

/** Time for the rows of the first file at an address to show that they can be used, in ms. */
const SAMPLE_MS = 10_000;

/** Ends the reading of a sample. */
class SampleEnd extends Error {}

/** Returns why a training will refuse data at an address, as far as a sample shows. */
async function refusedSample(
  { bytes, turn, ...reading }: Omit<MappedBytes, "signal"> & { turn: TakeTurn },
): Promise<FileRefusal | undefined> {
  const until = Date.now() + SAMPLE_MS;
  const turnInTime = async () => {
    if (Date.now() > until) throw new SampleEnd();
    await turn();
  };
  try {
    return await refusedFile({
      ...reading,
      bytes: { ...bytes, parts: bytes.parts?.slice(0, 1) },
      turn: turnInTime,
    });
  } catch (error) {
    if (error instanceof SampleEnd) return undefined;
    if (error instanceof AddressError) return { detail: error.message };
    throw error;
  }
}

/**
 * Returns the dialect and the column names, or a sentence why the file cannot be read, or what is
 * wrong with the given dialect.
 */
async function described(
  file: FileBytes,
  { fileType, given, turn }: { fileType: FileKind; given: GivenDialect; turn: TakeTurn },
): Promise<FileDescription | DialectError | string> {
  try {
    const found = await describeFile(file, { turn });
    const dialect = await chooseDialect(file, dialectFor(fileType, found.dialect), given);
    const isSame = JSON.stringify(dialect) === JSON.stringify(found.dialect);
    const description = isSame ? found : await describeFile(file, { dialect, turn });
    const faulty = description.columns.find((column) => column.includes("\0"));
    if (faulty !== undefined) return "The file is not text: a column's name contains a zero byte.";
    return given.unpivot === null ? { ...description, wide: undefined } : description;
  } catch (error) {
    if (error instanceof DialectError) return error;
    if (error instanceof CsvError || error instanceof AddressError) return error.message;
    throw error;
  }
}

/** Whether a mapping uses a value column of a wide table as an id. */
function isWideMapping({ wide, columns }: FileDescription, mapping: unknown): boolean {
  if (!wide || typeof mapping !== "object" || mapping === null) return false;
  const { item_id, item_title, user_id } = mapping as InteractionMapping;
  const others = [wide.key, ...wide.without ?? []];
  return [item_id, item_title, user_id].some((column) =>
    column !== undefined && !others.includes(column) && columns.includes(column)
  );
}

/** Parses JSON; on failure adds an error and returns undefined. */
function parsed(text: string, pointer: string, errors: InputError[]): unknown {
  try {
    return jsonValue(text);
  } catch (error) {
    errors.push({ pointer, detail: `must be JSON: ${(error as Error).message}` });
  }
}

/** Removes unmapped keys, whose value is null or empty. */
export function withoutBlanks(mapping: unknown): unknown {
  if (typeof mapping !== "object" || mapping === null || Array.isArray(mapping)) return mapping;
  return Object.fromEntries(
    Object.entries(mapping).filter(([, column]) => column !== null && column !== ""),
  );
}
