import type { Dialect } from "../dialect.ts";
import { type ColumnForms, FileEvidence, type IdSpellings } from "./column_forms.ts";
import type { FileKind, InteractionMapping, Mapping } from "../mapping.ts";
import { notesOfUnmapped } from "./opinion_words.ts";
import type { FileBytes } from "../file_bytes.ts";
import { notesOfMisread } from "./misread_letters.ts";
import { notesOfSeveral } from "./several_items.ts";
import { notesOfUnmappedTimes } from "./unmapped_times.ts";
import { openRecords } from "../formats/open_records.ts";
import type { CsvRecord, TakeLine } from "../records.ts";

/** Number of rows that show the columns which are not mapped. */
const FIRST_ROWS = 100;

/** A file's records, with the formats shown by its head and the evidence of the whole file. */
export interface DecidedRecords {
  columns: string[];
  /** Notes on how the file is read, as sentences for its owner; complete after the batches. */
  notes: string[];
  /** Formats to parse the records by: `known`, or those that the head shows. */
  forms: ColumnForms;
  /** Evidence of the records read so far, without lines taken by `take`. */
  evidence: FileEvidence;
  /** The records, in one pass; see `openRecords`. `take` receives the lines after the head. */
  batches(take?: TakeLine): AsyncGenerator<Iterable<CsvRecord>>;
}

/**
 * Reads a file's records, with the formats that its first records show. After the pass `evidence`
 * decides for the whole file: if the result differs from `forms`, read the file again with it as
 * `known`.
 * @throws {CsvError} as `openRecords`.
 */
export async function readDecided(
  bytes: FileBytes,
  { kind, dialect, mapping, known, spelling }: {
    kind: FileKind;
    dialect: Dialect;
    mapping: Mapping;
    known?: ColumnForms;
    /** Spelling of ids decided from all files of a project; overrides the file's own. */
    spelling?: IdSpellings;
  },
): Promise<DecidedRecords> {
  const { columns, batches, notes = [], undecoded, lateNotes } = await openRecords(bytes, dialect);
  const evidence = new FileEvidence(kind, mapping, { columns, dialect });
  let take: TakeLine | undefined;
  const source = batches((text, start, end) => take?.(text, start, end) ?? false);
  const head: CsvRecord[] = [];
  const seen = new FileEvidence(kind, mapping, { columns, dialect });
  // The notes depend on the first rows, and not on how the bytes arrive.
  while (head.length < FIRST_ROWS) {
    const batch = await source.next();
    if (batch.done) break;
    for (const record of batch.value) {
      head.push(record);
      if (!record.fault) seen.add(record.cells);
    }
  }
  const first = head.slice(0, FIRST_ROWS).filter(({ fault }) => !fault);
  const rows = first.map(({ cells }) => cells);
  notes.push(...notesOfMisread(rows));
  if (kind === "INTERACTION") {
    for (const notesOf of [notesOfUnmapped, notesOfUnmappedTimes, notesOfSeveral]) {
      notes.push(...notesOf(columns, rows, mapping as InteractionMapping));
    }
  }
  return {
    columns,
    notes,
    forms: { ...(known ?? seen.decide()), ...(spelling && { spelling }) },
    evidence,
    async *batches(given) {
      take = given;
      try {
        yield counted(head, evidence);
        for await (const batch of source) yield counted(batch, evidence);
        notes.push(...undecoded?.notes(dialect.encoding) ?? [], ...lateNotes?.() ?? []);
      } finally {
        await source.return(undefined);
      }
    },
  };
}

function* counted(
  records: Iterable<CsvRecord>,
  evidence: FileEvidence,
): Generator<CsvRecord> {
  for (const record of records) {
    if (!record.fault) evidence.add(record.cells);
    yield record;
  }
}
