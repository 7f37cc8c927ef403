/** Streaming XML parser that reports elements; only open elements are held in memory. */
import { SaxesParser } from "saxes";
import { CsvError } from "../csv_error.ts";

/** Maximum nesting: no element of a workbook is as deep. */
const DEEPEST = 64;
/** Maximum characters of a tag with its attributes. */
const LONGEST_TAG = 1 << 18;

/** Handlers of elements; names are without namespace prefix. */
export interface ElementHandlers {
  open?(name: string, attributes: Record<string, string>): void;
  close?(name: string): void;
  text?(text: string): void;
}

/**
 * Parses a document; yields the characters of each chunk after it, so the caller can take the
 * handlers' results.
 * @throws {CsvError} `damaged` if it is not XML or declares entities, which could expand a
 * thousandfold; `too_large` if it is nested too deeply.
 */
export async function* xmlElements(
  pieces: AsyncIterable<string>,
  { open, close, text }: ElementHandlers,
): AsyncGenerator<number> {
  const parser = new SaxesParser();
  let depth = 0;
  let sinceElement = 0;
  parser.on("opentag", ({ name, attributes }) => {
    sinceElement = 0;
    if (++depth > DEEPEST) {
      throw new CsvError("too_large", `The workbook nests more than ${DEEPEST} elements.`);
    }
    open?.(local(name), attributes as Record<string, string>);
  });
  parser.on("closetag", ({ name }) => {
    depth--;
    close?.(local(name));
  });
  parser.on("text", (part) => {
    sinceElement = 0;
    text?.(part);
  });
  parser.on("doctype", () => {
    throw new CsvError("damaged", "The workbook declares entities, which no workbook needs.");
  });
  parser.on("error", ({ message }) => {
    throw new CsvError("damaged", `The workbook has XML that cannot be read: ${message}.`);
  });
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; at += LONGEST_TAG) {
      const part = piece.slice(at, at + LONGEST_TAG);
      sinceElement += part.length;
      parser.write(part);
      if (sinceElement > 2 * LONGEST_TAG) {
        throw new CsvError("too_large", "The workbook has a tag or a text that does not end.");
      }
      yield part.length;
    }
  }
  parser.close();
}

function local(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}
