/** Records of a workbook: the rows of its first sheet. */
import { CsvError } from "../csv_error.ts";
import type { Dialect } from "../dialect.ts";
import type { FileBytes } from "../file_bytes.ts";
import { columnNames } from "./header.ts";
import {
  checkColumns,
  checkRecord,
  longestCell,
  mostColumns,
  mostSheetRows,
  tooLong,
  tooManyColumns,
  tooManySheetRows,
} from "../limits.ts";
import { type FileReading, fit, type ReadingOptions } from "./read_records.ts";
import type { CsvRecord } from "../records.ts";
import { MOST_SILENT, openWorkbook, type Workbook } from "./workbook.ts";
import { xmlElements } from "./xml_elements.ts";

/** A non-empty row with its number. */
type Row = Pick<CsvRecord, "line" | "cells">;

/** Cells with a formula that no program has computed. */
interface Uncomputed {
  count: number;
  /** Line of the first one. */
  line: number;
}

function notesOf({ count, line }: Uncomputed): string[] {
  if (count === 0) return [];
  const many = count === 1 ? "1 cell has" : `${count} cells have`;
  return [
    `${many} a formula without a computed value, the first on line ${line}, and read as blank: open ` +
    "and save the workbook in a spreadsheet program.",
  ];
}

/**
 * Reads the first sheet of a workbook as a stream; shared strings are held in memory. A record's
 * line is the row's number.
 * @throws {CsvError} `empty` if there is no row, `damaged` or `too_large`; also while reading
 * batches.
 */
export async function readXlsx(
  file: FileBytes,
  { header, skip = 0 }: Pick<Dialect, "header" | "skip">,
  { limited = true, unpacked = () => {} }: ReadingOptions = {},
): Promise<FileReading> {
  const workbook = await openWorkbook(file, unpacked);
  const uncomputed: Uncomputed = { count: 0, line: 0 };
  const batches = rowsOf(workbook, { skip, limited, uncomputed });
  let rows: Row[] = [];
  while (rows.length === 0) {
    const { done, value } = await batches.next();
    if (done) throw new CsvError("empty", "The workbook's first sheet has no row.");
    rows = value;
  }
  if (limited) checkColumns(rows[0], header);
  const columns = columnNames(rows[0].cells, header);
  const repeated = header ? rows[0].cells : undefined;
  const records = function* (rows: Row[]): Generator<CsvRecord> {
    for (const { line, cells } of rows) {
      const empty = new Array<string>(Math.max(0, columns.length - cells.length)).fill("");
      const record = fit({ line, cells: [...cells, ...empty] }, columns.length, { repeated });
      if (limited) checkRecord(record);
      yield record;
    }
  };
  return {
    columns,
    sheet: workbook.sheetName,
    lateNotes: () => notesOf(uncomputed),
    async *batches() {
      try {
        yield records(rows.slice(header ? 1 : 0));
        for await (const batch of batches) yield records(batch);
      } finally {
        await batches.return(undefined);
      }
    },
  };
}

/**
 * Returns the number of rows before the table of a sheet: those with fewer than half of the cells
 * of the widest row.
 */
export async function rowsBefore(file: FileBytes): Promise<number> {
  const first: Row[] = [];
  for await (const batch of rowsOf(await openWorkbook(file, () => {}), {})) {
    first.push(...batch.slice(0, LOOKED_AT - first.length));
    if (first.length === LOOKED_AT) break;
  }
  const filled = first.map(({ cells }) => cells.filter((cell) => cell.trim() !== "").length);
  const table = filled.findIndex((count) => 2 * count >= Math.max(...filled));
  return table > 0 ? first[table].line - 1 : 0;
}

/** Maximum number of rows searched for the beginning of the table. */
const LOOKED_AT = 20;

/** Yields the non-empty rows of a sheet. */
async function* rowsOf(
  { sheet, sharedTexts, isDate, from1904 }: Workbook,
  { skip = 0, limited = true, uncomputed }: {
    skip?: number;
    limited?: boolean;
    /** Counts cells while rows are read. */
    uncomputed?: Uncomputed;
  },
): AsyncGenerator<Row[]> {
  let rows: Row[] = [];
  let line = 0;
  let cells: string[] = [];
  let cell = { column: -1, type: "", isDate: false };
  let text = "";
  let [isText, isPhonetic] = [false, false];
  let [hasFormula, hasValue] = [false, false];
  const pieces = xmlElements(sheet.text(), {
    open(name, attributes) {
      switch (name) {
        case "row":
          line = Number(attributes.r ?? line + 1);
          if (limited && line > mostSheetRows) throw tooManySheetRows();
          cells = [];
          cell.column = -1;
          break;
        case "c":
          cell = {
            column: columnOf(attributes.r) ?? cell.column + 1,
            type: attributes.t ?? "n",
            isDate: isDate[Number(attributes.s ?? 0)] ?? false,
          };
          if (limited && cell.column >= mostColumns) throw tooManyColumns(line, cell.column + 1);
          text = "";
          [hasFormula, hasValue] = [false, false];
          break;
        case "f":
          hasFormula = true;
          break;
        case "rPh":
          isPhonetic = true;
          break;
        case "v":
        case "t":
          hasValue = true;
          isText = !isPhonetic;
      }
    },
    text(part) {
      if (!isText) return;
      text += part;
      if (text.length <= longestCell) return;
      throw tooLong("a cell", { line, length: text.length, most: longestCell });
    },
    close(name) {
      if (name === "v" || name === "t") isText = false;
      if (name === "rPh") isPhonetic = false;
      if (name === "c") {
        while (cells.length < cell.column) cells.push("");
        cells[cell.column] = valueOf(text, { ...cell, sharedTexts, from1904 });
        if (hasFormula && !hasValue && uncomputed && line > skip && uncomputed.count++ === 0) {
          uncomputed.line = line;
        }
      }
      if (name !== "row" || line <= skip) return;
      while (cells.at(-1) === "") cells.pop();
      if (cells.length > 0) rows.push({ line, cells });
    },
  });
  let silent = 0;
  for await (const length of pieces) {
    if (rows.length === 0) {
      silent += length;
      if (silent < MOST_SILENT) continue;
      throw new CsvError(
        "too_large",
        `The workbook has too much data without a row after line ${line}.`,
      );
    }
    yield rows;
    rows = [];
    silent = 0;
  }
}

/** Converts a cell reference to a column index: "AB12" → 27; undefined without a reference. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^[A-Z]{1,3}/.exec(reference ?? "")?.[0];
  if (letters === undefined) return undefined;
  return [...letters].reduce((column, letter) => 26 * column + letter.charCodeAt(0) - 64, 0) - 1;
}

/** Returns a cell's text in the form that the parsing rules read. */
function valueOf(
  text: string,
  { type, isDate, sharedTexts, from1904 }: {
    type: string;
    isDate: boolean;
    sharedTexts: string[];
    from1904: boolean;
  },
): string {
  switch (type) {
    case "s":
      return sharedTexts[Number(text)] ?? "";
    case "b":
      return text === "1" ? "true" : text === "0" ? "false" : "";
    case "e":
      return "";
    case "n": {
      const number = Number(text);
      if (text.trim() === "" || !Number.isFinite(number)) return text;
      if (isDate) return dateText(number, from1904);
      return /^-?\d+$/.test(text) ? text : String(number);
    }
    default:
      return text;
  }
}

const DAY = 86_400;
/** Days from the epochs of the 1900 and 1904 date systems to 1970. */
const [TO_1970, TO_1970_FROM_1904] = [25_569, 24_107];

/** Formats a serial day number as a date, a time, or both. */
function dateText(days: number, from1904: boolean): string {
  const since = from1904 ? TO_1970_FROM_1904 : TO_1970;
  // The 1900 date system has a February 29 in 1900, so earlier days are off by one.
  const shift = !from1904 && days >= 1 && days < 60 ? 1 : 0;
  const seconds = Math.round((days + shift - since) * DAY);
  const date = new Date(1000 * seconds);
  if (Number.isNaN(date.getTime())) return String(days);
  const iso = date.toISOString();
  if (days >= 0 && days < 1) return iso.slice(11, 19);
  return Number.isInteger(days) ? iso.slice(0, 10) : iso.slice(0, 19);
}
