import type { Dialect } from "./dialect.ts";
import { type ColumnForms, FileEvidence } from "./column_forms.ts";
import type { FileKind, Mapping } from "./mapping.ts";
import type { FileBytes } from "./file_bytes.ts";
import { openRecords } from "./open_records.ts";
import type { CsvRecord, TakeLine } from "./records.ts";

/** A file's records, with the forms that its head shows and the evidence of all of it. */
export interface DecidedRecords {
  columns: string[];
  /** How the file is read, in sentences for its owner. */
  notes: string[];
  /** By what the records are to be read: `known`, or what the head shows. */
  forms: ColumnForms;
  /** Counts the records as they are gone through, but for the lines that `take` takes. */
  evidence: FileEvidence;
  /** The records, once; see `openRecords`. `take` is shown the lines after the head. */
  batches(take?: TakeLine): AsyncGenerator<Iterable<CsvRecord>>;
}

/**
 * Reads a file's records by the forms that its first records show. When all are gone through,
 * `evidence` decides on the whole file: where it differs from `forms` the file is to be read again
 * with what it decided as `known`.
 * @throws {CsvError} as `openRecords` does
 */
export async function readDecided(
  bytes: FileBytes,
  { kind, dialect, mapping, known }: {
    kind: FileKind;
    dialect: Dialect;
    mapping: Mapping;
    known?: ColumnForms;
  },
): Promise<DecidedRecords> {
  const { columns, batches, notes = [] } = await openRecords(bytes, dialect);
  const evidence = new FileEvidence(kind, mapping, columns);
  let take: TakeLine | undefined;
  const source = batches((text, start, end) => take?.(text, start, end) ?? false);
  const head: CsvRecord[] = [];
  const seen = new FileEvidence(kind, mapping, columns);
  while (head.length === 0) {
    const batch = await source.next();
    if (batch.done) break;
    for (const record of batch.value) {
      head.push(record);
      if (!record.fault) seen.add(record.cells);
    }
  }
  return {
    columns,
    notes,
    forms: known ?? seen.decide(),
    evidence,
    async *batches(given) {
      take = given;
      try {
        yield counted(head, evidence);
        for await (const batch of source) yield counted(batch, evidence);
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
