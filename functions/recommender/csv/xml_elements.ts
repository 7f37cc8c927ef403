/** XML as it comes, told by its elements: nothing is held but what is open. */
import { SaxesParser } from "saxes";
import { CsvError } from "./csv_error.ts";

/** So deep lies nothing in a workbook. */
const DEEPEST = 64;
/** Characters of a tag with its attributes. */
const LONGEST_TAG = 1 << 18;

/** What is done with elements; names come without their prefix. */
export interface ElementHandlers {
  open?(name: string, attributes: Record<string, string>): void;
  close?(name: string): void;
  text?(text: string): void;
}

/**
 * Parses a document; what the handlers gathered can be taken after each piece.
 * @throws {CsvError} `damaged` where it is no XML, or declares entities, which could say a thousand
 * times what they hold; `too_large` where it is too deep
 */
export async function* xmlElements(
  pieces: AsyncIterable<string>,
  { open, close, text }: ElementHandlers,
): AsyncGenerator<void> {
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
      yield;
    }
  }
  parser.close();
}

function local(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}
