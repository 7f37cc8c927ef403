import {
  type Delimiter,
  delimiters,
  type Dialect,
  type Encoding,
  type Newline,
  type Quote,
} from "./dialect.ts";
import { detectHeader } from "./header.ts";
import { RecordReader } from "./records.ts";
import type { TakeTurn } from "./turn.ts";

/** How many records of the head decide. */
const sampled = 200;

/**
 * Finds the dialect of a decoded head. The delimiter is the one by which most records have as many
 * cells as the first (at least two), then the one that gives more cells. A file in which none does
 * has one column.
 */
export async function detectDialect(
  head: string,
  options: { encoding: Encoding; complete: boolean; turn: TakeTurn },
): Promise<Dialect> {
  const newline = detectNewline(head);
  let best = { delimiter: "," as Delimiter, quote: '"' as Quote, agreement: 0, cells: 1 };
  for (const delimiter of delimiters) {
    await options.turn();
    const quote = detectQuote(head, { delimiter, newline, complete: options.complete });
    const records = headRecords(head, { delimiter, quote, newline }, options.complete);
    const cells = records[0]?.cells.length ?? 1;
    const alike = records.filter((r) => !r.fault && r.cells.length === cells).length;
    const agreement = Math.round(100 * alike / Math.max(1, records.length));
    if (cells < 2 || agreement < 50) continue;
    if (agreement > best.agreement || agreement === best.agreement && cells > best.cells) {
      best = { delimiter, quote, agreement, cells };
    }
  }
  await options.turn();
  const { delimiter, quote } = best;
  const records = headRecords(head, { delimiter, quote, newline }, options.complete);
  const header = detectHeader(records.filter((r) => !r.fault).map((r) => r.cells));
  return { encoding: options.encoding, delimiter, quote, newline, header };
}

/** The first records of a head; a head cut off in the middle loses its last one. */
export function headRecords(
  head: string,
  dialect: Pick<Dialect, "delimiter" | "quote" | "newline">,
  complete: boolean,
) {
  const reader = new RecordReader(dialect, { limited: false });
  const records = function* () {
    yield* reader.push(head);
    if (complete) yield* reader.end();
  };
  return records().take(sampled).toArray();
}

function detectNewline(head: string): Newline {
  const feeds = count(head, "\n");
  if (feeds === 0) return head.includes("\r") ? "\r" : "\n";
  return count(head, "\r\n") * 2 > feeds ? "\r\n" : "\n";
}

/**
 * A double quote, unless the quotes of the head do not pair. Tab-separated files quote seldom and
 * carry stray quotes in titles often, so there a quote counts only where it is seen to enclose cells.
 */
function detectQuote(
  head: string,
  of: Pick<Dialect, "delimiter" | "newline"> & { complete: boolean },
): Quote {
  const records = headRecords(head, { ...of, quote: '"' }, of.complete);
  const faults = records.filter((r) => r.fault).length;
  if (faults > 0 && (of.delimiter === "\t" || faults * 2 > records.length)) return "";
  if (of.delimiter !== "\t") return '"';
  const plain = headRecords(head, { ...of, quote: "" }, of.complete);
  const encloses = plain.some((r) => r.cells.some((cell) => cell.startsWith('"')));
  return encloses ? '"' : "";
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}
