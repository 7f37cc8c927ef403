/** Workbooks as programs write them, and as nobody should. */
import { BlobWriter, TextReader, ZipWriter } from "@zip.js/zip.js/lib/zip-core-custom.js";

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>';
const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const RELATED = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';

/** The cells of rows, each a text within its cell. */
export function sheetRows(rows: string[][]): string {
  return rows.map((cells) =>
    `<row>${cells.map((cell) => `<c t="inlineStr"><is><t>${cell}</t></is></c>`).join("")}</row>`
  ).join("");
}

/**
 * A workbook of one sheet.
 * @param options.rows the XML of its rows.
 * @param options.before what stands before the sheet's first element.
 * @param options.shared the XML of the texts that its cells share.
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
