/** Metadata of a workbook (ECMA-376, SpreadsheetML): its sheets, shared strings and date styles. */
import { CsvError } from "../csv_error.ts";
import type { FileBytes } from "../file_bytes.ts";
import { xmlElements } from "./xml_elements.ts";
import { zipEntries, type ZipEntry } from "./zip_entries.ts";

/** Maximum characters of the shared strings, which are held in memory. */
const MOST_SHARED = 1 << 24;

/** Maximum characters of XML without content: of a part other than the sheet, or without a row. */
export const MOST_SILENT = 1 << 27;

export interface Workbook {
  /** Name of the sheet that is read, if there are several. */
  sheetName?: string;
  sheet: ZipEntry;
  sharedTexts: string[];
  /** Whether a cell style formats its number as a date, by style index. */
  isDate: boolean[];
  /** Whether it uses the 1904 date system. */
  from1904: boolean;
}

/**
 * Opens a workbook at its first visible sheet.
 * @throws {CsvError} if it is not a workbook, or cannot be read.
 */
export async function openWorkbook(
  file: FileBytes,
  unpacked: (bytes: number) => void,
): Promise<Workbook> {
  const entries = await zipEntries(file, unpacked);
  const entry = (name: string) => entries.get(name.replace(/^\//, ""));
  const book = entry("xl/workbook.xml");
  if (!book) {
    throw new CsvError(
      "not_csv",
      entries.has("xl/workbook.bin")
        ? "The file is a binary Excel workbook (.xlsb): save it as .xlsx or CSV."
        : "The file is a ZIP archive, not an Excel workbook: unpack it and upload its content.",
    );
  }
  const { sheets, from1904 } = await sheetsOf(book);
  const targets = await targetsOf(entry("xl/_rels/workbook.xml.rels"));
  const first = sheets.find(({ isShown }) => isShown);
  const target = targets.get(first?.id ?? "") ?? "worksheets/sheet1.xml";
  const sheet = entry(target.startsWith("/") ? target : `xl/${target}`);
  if (!first || !sheet) throw new CsvError("empty", "The workbook has no sheet with cells.");
  return {
    ...(sheets.length > 1 && { sheetName: first.name }),
    sheet,
    from1904,
    sharedTexts: await sharedTextsOf(entry("xl/sharedStrings.xml")),
    isDate: await dateStylesOf(entry("xl/styles.xml")),
  };
}

async function sheetsOf(book: ZipEntry) {
  const sheets: { name: string; id: string; isShown: boolean }[] = [];
  let from1904 = false;
  await all(xmlElements(book.text(), {
    open(name, { state, ...attributes }) {
      if (name === "workbookPr") from1904 = /^(1|true)$/.test(attributes.date1904 ?? "");
      if (name !== "sheet") return;
      const id = Object.entries(attributes).find(([key]) => /^\w+:id$/.test(key))?.[1] ?? "";
      sheets.push({ name: attributes.name ?? "", id, isShown: !state || state === "visible" });
    },
  }));
  return { sheets, from1904 };
}

async function targetsOf(relations?: ZipEntry): Promise<Map<string, string>> {
  const targets = new Map<string, string>();
  if (!relations) return targets;
  await all(xmlElements(relations.text(), {
    open(name, { Id, Target }) {
      if (name === "Relationship" && Id && Target) targets.set(Id, Target);
    },
  }));
  return targets;
}

/** Returns the shared strings; runs are joined, and phonetic hints omitted. */
async function sharedTextsOf(shared?: ZipEntry): Promise<string[]> {
  const texts: string[] = [];
  if (!shared) return texts;
  let text = "";
  let characters = 0;
  let [isText, isPhonetic] = [false, false];
  await all(xmlElements(shared.text(), {
    open(name) {
      if (name === "si") text = "";
      if (name === "rPh") isPhonetic = true;
      isText = name === "t" && !isPhonetic;
    },
    text(part) {
      if (!isText) return;
      text += part;
      characters += part.length;
      if (characters > MOST_SHARED) {
        throw new CsvError(
          "too_large",
          `The workbook's texts have more than ${MOST_SHARED} characters: save it as CSV.`,
        );
      }
    },
    close(name) {
      if (name === "t") isText = false;
      if (name === "rPh") isPhonetic = false;
      if (name === "si") texts.push(text);
    },
  }));
  return texts;
}

/** Built-in date and time formats (ECMA-376, part 1, 18.8.30). */
const isBuiltInDate = (id: number) =>
  id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58;

async function dateStylesOf(styles?: ZipEntry): Promise<boolean[]> {
  const isDate: boolean[] = [];
  if (!styles) return isDate;
  const own = new Map<number, boolean>();
  let isCellStyle = false;
  await all(xmlElements(styles.text(), {
    open(name, { numFmtId, formatCode }) {
      if (name === "numFmt") own.set(Number(numFmtId), showsDate(formatCode ?? ""));
      if (name === "cellXfs") isCellStyle = true;
      const id = Number(numFmtId ?? 0);
      if (name === "xf" && isCellStyle) isDate.push(own.get(id) ?? isBuiltInDate(id));
    },
    close(name) {
      if (name === "cellXfs") isCellStyle = false;
    },
  }));
  return isDate;
}

/**
 * Whether a number format has date parts, ignoring literals, colours and conditions. Elapsed time
 * (`[h]:mm`) is a number of days and no date.
 */
function showsDate(format: string): boolean {
  if (/\[(h+|m+|s+)\]/i.test(format)) return false;
  const [positive] = format.replace(/"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]/gi, "").split(";");
  return !/^general$/i.test(positive) && /[ymdhs]/i.test(positive);
}

/**
 * Reads a part of the workbook to its end.
 * @throws {CsvError} `too_large` if it is longer than any meaningful one
 */
async function all(pieces: AsyncGenerator<number>): Promise<void> {
  let characters = 0;
  for await (const length of pieces) {
    characters += length;
    if (characters < MOST_SILENT) continue;
    throw new CsvError("too_large", "The workbook has a part that is too long: save it as CSV.");
  }
}
