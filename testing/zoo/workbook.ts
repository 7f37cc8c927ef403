/** Builds workbooks, valid and malformed. */
import { BlobWriter, TextReader, ZipWriter } from "@zip.js/zip.js/lib/zip-core-custom.js";

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>';
const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const RELATED = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';

/** Returns the XML of rows, with inline strings as cells. */
export function sheetRows(rows: string[][]): string {
  return rows.map((cells) =>
    `<row>${cells.map((cell) => `<c t="inlineStr"><is><t>${cell}</t></is></c>`).join("")}</row>`
  ).join("");
}

/**
 * Returns a workbook with one sheet.
 * @param options.rows XML of its rows.
 * @param options.before text before the sheet's root element.
 * @param options.shared XML of the shared strings.
 */
export async function workbook(
  { rows, before = "", shared = "" }: { rows: string; before?: string; shared?: string },
): Promise<Uint8Array<ArrayBuffer>> {
  const writer = new ZipWriter(new BlobWriter(), { useWebWorkers: false });
  const files = {
    "xl/workbook.xml":
      `${HEAD}<workbook ${MAIN} ${RELATED}><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels":
      `${HEAD}<Relationships xmlns="r"><Relationship Id="r1" Type="t" Target="worksheets/sheet1.xml"/></Relationships>`,
    "xl/worksheets/sheet1.xml":
      `${HEAD}${before}<worksheet ${MAIN}><sheetData>${rows}</sheetData></worksheet>`,
    "xl/sharedStrings.xml": `${HEAD}<sst ${MAIN}>${shared}</sst>`,
  };
  for (const [name, text] of Object.entries(files)) await writer.add(name, new TextReader(text));
  return await (await writer.close()).bytes() as Uint8Array<ArrayBuffer>;
}
