/** Detects and checks the dialect and column mapping of an uploaded file; errors are per field. */
import { z } from "@hono/zod-openapi";
import { jsonValue } from "../../http/json_text.ts";
import type { InputError } from "../../http/problem.ts";
import { blobBytes } from "../blobs/blob_bytes.ts";
import type { Blobs } from "../blobs/blobs.ts";
import { checkRows } from "../csv/check_rows.ts";
import { CsvError } from "../csv/csv_error.ts";
import { describeCsv, headBytes } from "../csv/describe.ts";
import { delimiters, type Dialect, encodings, newlines, quotes } from "../csv/dialect.ts";
import { checkMapping, type Mapping } from "../csv/mapping.ts";
import type { TakeTurn } from "../csv/turn.ts";
import type { FileType, NewFile } from "../projects.ts";
import type { ReceivedFile, Receiving } from "./receiving.ts";
import type { StoredFile } from "./stored_file.ts";

/** Form fields sent with a file, unparsed. */
export interface UploadTexts {
  fileType: FileType;
  /** Prefix of the file's form fields: "content". */
  kind: string;
  schema: string | undefined;
  dialect: string | undefined;
}

/** Properties that are not given are detected. */
const GivenDialect = z.strictObject({
  encoding: z.enum(encodings),
  delimiter: z.enum(delimiters),
  quote: z.enum(quotes),
  newline: z.enum(newlines),
  header: z.boolean(),
}).partial();

/**
 * Returns the file with its dialect and mapping, or all validation errors. A file uploaded in parts
 * that no mapping could read is discarded.
 */
export async function describeUpload(
  file: ReceivedFile,
  { fileType, kind, schema, dialect }: UploadTexts,
  { blobs, discard, turn }: Pick<Receiving, "blobs" | "discard" | "turn">,
): Promise<NewFile | { errors: InputError[] }> {
  const errors: InputError[] = [];
  const dialectField = `/${kind}_dialect_json`;
  const schemaField = `/${kind}_schema_json`;

  const given = GivenDialect.safeParse(parsed(dialect || "{}", dialectField, errors) ?? {});
  for (const { path, message } of given.error?.issues ?? []) {
    errors.push({ pointer: [dialectField, ...path].join("/"), detail: message });
  }
  const refused = async (detail: string) => {
    if (file.upload_id) await discard(file.storage_path);
    return { errors: [...errors, { pointer: `/${kind}_file`, detail }] };
  };
  const description = await described(file, { given: given.data ?? {}, turn });
  if (typeof description === "string") return await refused(description);
  const { columns } = description;
  let mapping: unknown;
  if (schema) {
    mapping = withoutBlanks(parsed(schema, schemaField, errors));
  } else {
    const detail = `must say which column is which; the file has ${columns.join(", ")}`;
    errors.push({ pointer: schemaField, detail });
  }
  if (mapping !== undefined) {
    const problems = checkMapping(fileType, mapping, columns);
    errors.push(...problems.map(({ pointer, detail }) => ({
      pointer: schemaField + pointer,
      detail,
    })));
  }
  if (errors.length > 0) return { errors };
  const { storage_path, file_name, bytes, sha256, upload_id, measure } = file;
  const reading = { kind: fileType, dialect: description.dialect, mapping: mapping as Mapping };
  const rows = await rowsOf(file, { ...reading, blobs, turn });
  if (typeof rows === "string") return await refused(rows);
  return {
    file_type: fileType,
    ...{ storage_path, file_name, bytes, sha256 },
    ...(upload_id && { upload_id }),
    rows,
    ...(measure.packed && { unpacked_bytes: measure.bytes }),
    dialect: description.dialect,
    mapping: mapping as Mapping,
  };
}

/**
 * Returns the number of rows, or an error sentence about a line that is too long. Reads the file
 * again, unless all lines are short and unquoted.
 */
async function rowsOf(
  { storage_path, measure: { isPlain, lines } }: ReceivedFile,
  { blobs, ...reading }: {
    blobs: Blobs;
    kind: FileType;
    dialect: Dialect;
    mapping: Mapping;
    turn: TakeTurn;
  },
): Promise<number | string> {
  const { dialect } = reading;
  if (isPlain && dialect.quote !== "'") return Math.max(0, lines - Number(dialect.header));
  const bytes = await blobBytes(blobs, storage_path);
  try {
    return await checkRows({ ...reading, bytes: bytes! });
  } catch (error) {
    if (error instanceof CsvError) return error.message;
    throw error;
  }
}

/** Returns the dialect and the column names, or a sentence why the file cannot be read. */
async function described(
  { head, bytes }: StoredFile,
  { given, turn }: { given: Partial<Dialect>; turn: TakeTurn },
): Promise<{ dialect: Dialect; columns: string[] } | string> {
  const complete = bytes < headBytes;
  try {
    const found = await describeCsv(head, { complete, turn });
    const dialect = { ...found.dialect, ...given };
    const { columns } = await describeCsv(head, { complete, dialect, turn });
    const faulty = columns.find((column) => column.includes("\0"));
    if (faulty !== undefined) return "The file is no text: a column's name has a zero byte.";
    return { dialect, columns };
  } catch (error) {
    if (error instanceof CsvError) return error.message;
    throw error;
  }
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
