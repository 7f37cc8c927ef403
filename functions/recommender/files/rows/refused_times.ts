import { FileEvidence, refusalOf } from "../columns/column_forms.ts";
import type { Refusal } from "../values/time_words.ts";
import type { MappedBytes } from "./forecast.ts";
import type { InteractionMapping } from "../mapping.ts";
import { openRecords } from "../formats/open_records.ts";
import { type TakeTurn, TURN, turn as nextTurn } from "../turn.ts";

/**
 * Returns why the trainer will refuse a file's times, or undefined if it will not as far as was
 * read: reading ends where a row has a time and the rows decide which figure is the day, mostly
 * among the first ones.
 * @param file.turn awaited after each stretch of some milliseconds.
 * @throws {CsvError} as `openRecords`.
 */
export async function refusedTimes(
  { bytes, kind, dialect, mapping, turn = nextTurn }: Omit<MappedBytes, "signal"> & {
    turn?: TakeTurn;
  },
): Promise<Refusal | undefined> {
  if (kind === "CONTENT" || !(mapping as InteractionMapping).timestamp) return undefined;
  const { columns, batches } = await openRecords(bytes, dialect);
  const evidence = new FileEvidence(kind, mapping, columns);
  let refusal: Refusal | undefined;
  let sinceTurn = 0;
  for await (const batch of batches()) {
    let isEmpty = true;
    for (const { cells, fault } of batch) {
      if (fault) continue;
      evidence.add(cells);
      isEmpty = false;
      sinceTurn += cells.reduce((sum, { length }) => sum + length + 1, 0);
      if (sinceTurn < TURN) continue;
      sinceTurn = 0;
      await turn();
    }
    if (isEmpty) continue;
    const forms = evidence.decide();
    refusal = refusalOf(forms, mapping);
    if (!refusal && !forms.time.isUnreadable && !forms.time.isBlank) break;
  }
  return refusal;
}
