/** Records of JSON files: objects, or arrays of cells. */
import { cellText, isObject, type Path, pathsOf, valueAt } from "./cell_text.ts";
import { CsvError } from "../csv_error.ts";
import { decoded } from "./decoded.ts";
import type { Dialect } from "../dialect.ts";
import { columnNames } from "./header.ts";
import { JsonArray, type JsonElement, JsonLines } from "./json_elements.ts";
import { checkColumns, checkRecord, longestHeader } from "../limits.ts";
import { parseJson } from "./parse_json.ts";
import { type FileReading, fit, type ReadingOptions } from "./read_records.ts";
import type { CsvRecord } from "../records.ts";
import { Undecoded } from "./undecoded.ts";

/** The columns are inferred from this many characters of records, at least one record. */
const HEAD = 1 << 18;

/** Converts a JSON value to cells; null if it does not have the expected form. */
type RowOf = (value: unknown) => string[] | null;

/**
 * Reads a JSON file as a stream, in constant memory. Columns are the keys of its first records,
 * joined by a point for nested objects; a missing key is an empty cell.
 * @throws {CsvError} `empty` if there is no record, `too_large`; the latter also while reading
 * batches.
 */
export async function readJson(
  stream: ReadableStream<Uint8Array>,
  dialect: Dialect,
  { limited = true }: ReadingOptions = {},
): Promise<FileReading> {
  const undecoded = new Undecoded();
  const elements = elementsOf(stream, { ...dialect, undecoded });
  const head: JsonElement[] = [];
  let length = 0;
  while (length < HEAD) {
    const { done, value } = await elements.next();
    if (done) break;
    head.push(...value);
    length = head.reduce((sum, { text }) => sum + text.length, 0);
  }
  const { columns, rowOf, first } = shapeOf(within(head), dialect);
  if (limited) checkColumns({ line: 1, cells: columns }, true);
  const records = function* (batch: Iterable<JsonElement>): Generator<CsvRecord> {
    for (const { line, text } of batch) {
      if (undecoded.isSought) undecoded.seek({ line, cells: [text] });
      if (line < first) continue;
      const cells = rowOf(parseJson(text));
      if (cells === null) {
        yield { line, cells: [text], fault: "the text is not JSON of the same form as the others" };
        continue;
      }
      const record = fit({ line, cells }, columns.length);
      if (limited) checkRecord(record);
      yield record;
    }
  };
  return {
    columns,
    undecoded,
    async *batches() {
      try {
        yield records(head);
        for await (const batch of elements) yield records(batch);
      } finally {
        await elements.return(undefined);
      }
    },
  };
}

/** Returns the first elements by their length only, so the result does not depend on chunks. */
function within(elements: JsonElement[]): JsonElement[] {
  let length = 0;
  return elements.filter(({ text }, i) => (length += text.length) <= HEAD || i === 0);
}

async function* elementsOf(
  stream: ReadableStream<Uint8Array>,
  { format, ...how }: Dialect & { undecoded: Undecoded },
): AsyncGenerator<JsonElement[]> {
  const splitter = format === "jsonl" ? new JsonLines() : new JsonArray();
  for await (const text of decoded(stream, how)) yield [...splitter.push(text)];
  yield [...splitter.end()];
}

/** Returns the columns of the first elements, and the conversion of elements to rows. */
function shapeOf(
  head: JsonElement[],
  { header }: Dialect,
): { columns: string[]; rowOf: RowOf; first: number } {
  const values = head.map(({ line, text }) => ({ line, value: parseJson(text) }));
  const model = values.find(({ value }) => isObject(value) || Array.isArray(value));
  if (!model) throw new CsvError("empty", "The file has no JSON object that can be read.");
  if (values.length === 1 && isAround(model.value)) {
    throw new CsvError(
      "not_csv",
      "The file is one JSON object around its rows: write the list in it alone, or one object a " +
        "line (JSON Lines).",
    );
  }
  if (values.length === 1 && isOfColumns(model.value)) {
    throw new CsvError(
      "not_csv",
      "The file is one JSON object of columns, not of rows: write an object a row, in pandas by " +
        'to_json(…, orient="records", lines=True).',
    );
  }
  if (Array.isArray(model.value)) {
    if (model.value.some(isObject)) {
      throw new CsvError(
        "not_csv",
        "The file has a JSON array of objects on a line: write all rows into one array, or one " +
          "object a line (JSON Lines).",
      );
    }
    const columns = columnNames(model.value.map(cellText), header);
    const rowOf: RowOf = (value) => Array.isArray(value) ? value.map(cellText) : null;
    return { columns, rowOf, first: header ? model.line + 1 : 1 };
  }
  const paths = new Map<string, Path>();
  let characters = 0;
  for (const { value } of values) {
    for (const path of isObject(value) ? pathsOf(value) : []) {
      const name = path.join(".");
      if (paths.has(name)) continue;
      paths.set(name, path);
      characters += name.length + 1;
    }
    // More columns are refused anyway.
    if (characters > longestHeader) break;
  }
  const places = withoutParents([...paths.values()]);
  return {
    columns: columnNames(places.map((path) => path.join(".")), true),
    rowOf: (value) => isObject(value) ? places.map((path) => cellText(valueAt(value, path))) : null,
    first: 1,
  };
}

/** Whether a value is an object that wraps the rows, in an array or by key. */
function isAround(value: unknown): boolean {
  if (!isObject(value)) return false;
  const inner = Object.values(value);
  if (inner.some((part) => Array.isArray(part) && part.some(isObject))) return true;
  const [first, ...rest] = inner;
  if (!isObject(first) || isNumbered(first)) return false;
  // Numbers by item, in an object for each user.
  const areNumbers = (part: unknown) =>
    isObject(part) && Object.values(part).every((cell) => typeof cell === "number");
  if (inner.length >= 3 && inner.every(areNumbers)) return true;
  // Rows by key have columns in common; a record of nested objects may have two that are alike.
  const isAlike = (part: unknown) =>
    isObject(part) && Object.keys(part).some((key) => Object.hasOwn(first, key));
  return rest.every(isAlike) && (rest.length >= 2 || isNumbered(value));
}

/** Whether a value is an object of columns, each with its cells in an array or by index. */
function isOfColumns(value: unknown): boolean {
  if (!isObject(value)) return false;
  const inner = Object.values(value);
  if (inner.length > 0 && inner.every(isNumbered)) return true;
  return inner.length > 1 && inner.every(Array.isArray) &&
    inner.some((cells) => cells.length > 1);
}

function isNumbered(part: unknown): boolean {
  return isObject(part) && Object.hasOwn(part, "0");
}

/** Removes paths that are a value in one record and an object in another: its keys are columns. */
function withoutParents(paths: Path[]): Path[] {
  const parents = new Set(
    paths.flatMap((path) => path.slice(1).map((_, i) => path.slice(0, i + 1).join("\n"))),
  );
  return paths.filter((path) => !parents.has(path.join("\n")));
}
