import { type ColumnForms, FileEvidence, refusalOf } from "../columns/column_forms.ts";
import { CsvError } from "../csv_error.ts";
import type { MappedBytes } from "./forecast.ts";
import type { ContentMapping, InteractionMapping } from "../mapping.ts";
import { openRecords } from "../formats/open_records.ts";
import type { CsvRecord } from "../records.ts";
import { emptyReceipt, type Receipt, reject, unusable } from "./receipt.ts";
import { contentRows, interactionRows, isRejection } from "./rows.ts";
import { type TakeTurn, TURN, turn as nextTurn } from "../turn.ts";

/** Why a file is refused as a whole, and the key of the mapping that can change it, if one can. */
export interface FileRefusal {
  key?: "date_order" | "timestamp";
  detail: string;
}

type Reading = Omit<MappedBytes, "signal"> & { turn?: TakeTurn };

/**
 * Returns why the trainer will refuse a file as a whole, or undefined if it will not as far as was
 * read: reading ends where a row is usable and the rows decide which figure of a date is the day,
 * mostly among the first ones.
 * @param file.turn awaited after each stretch of some milliseconds.
 * @throws {CsvError} as `openRecords`.
 */
export async function refusedFile(file: Reading): Promise<FileRefusal | undefined> {
  const { kind, mapping, dialect } = file;
  const { columns, batches } = await records(file);
  const evidence = new FileEvidence(kind, mapping, { columns, dialect });
  const hasTimes = kind === "INTERACTION" &&
    (mapping as InteractionMapping).timestamp !== undefined;
  let refusal: FileRefusal | undefined;
  let isUsable = false;
  for await (const batch of batches) {
    const valid = batch.filter(({ fault }) => !fault);
    if (valid.length === 0) continue;
    for (const { cells } of valid) evidence.add(cells);
    const forms = evidence.decide();
    isUsable ||= hasUsable(valid, parserOf(file, columns, forms));
    refusal = refusalOf(forms, mapping);
    const isTold = !hasTimes || !forms.time.isUnreadable && !forms.time.isBlank;
    if (!refusal && isUsable && isTold) return undefined;
  }
  return refusal ?? (isUsable ? undefined : await unusableFile(file, evidence.decide()));
}

/** Returns the refusal of a file without a usable row in the forms of all its cells. */
async function unusableFile(file: Reading, forms: ColumnForms): Promise<FileRefusal | undefined> {
  const { columns, batches } = await records(file);
  const parse = parserOf(file, columns, forms);
  const receipt: Receipt = emptyReceipt(file.kind);
  for await (const batch of batches) {
    for (const record of batch) {
      const row = parse(record);
      if (!isRejection(row)) return undefined;
      receipt.rows++;
      reject(receipt, row);
    }
  }
  return receipt.rows === 0 ? undefined : { detail: unusable(receipt)! };
}

function parserOf(
  { kind, mapping }: Reading,
  columns: readonly string[],
  forms: ColumnForms,
): (record: CsvRecord) => object {
  return kind === "CONTENT"
    ? contentRows(mapping as ContentMapping, columns, forms)
    : interactionRows(mapping as InteractionMapping, columns, forms);
}

/** Whether a record is not rejected; one over a limit is refused by `checkRows`. */
function hasUsable(records: readonly CsvRecord[], parse: (record: CsvRecord) => object): boolean {
  try {
    return records.some((record) => !isRejection(parse(record)));
  } catch (error) {
    if (error instanceof CsvError) return true;
    throw error;
  }
}

/** Opens a file's records in lists of those of some milliseconds. */
async function records({ bytes, dialect, turn = nextTurn }: Reading) {
  const { columns, batches } = await openRecords(bytes, dialect, { turn });
  return {
    columns,
    batches: (async function* (): AsyncGenerator<CsvRecord[]> {
      for await (const batch of batches()) {
        let list: CsvRecord[] = [];
        let length = 0;
        for (const record of batch) {
          list.push(record);
          length += record.cells.reduce((sum, { length }) => sum + length + 1, 0);
          if (length < TURN) continue;
          yield list;
          [list, length] = [[], 0];
          await turn();
        }
        if (list.length > 0) yield list;
      }
    })(),
  };
}
