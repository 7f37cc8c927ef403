/** Reads a file of live events into the table of interactions. */
import { emptyReceipt, type Receipt } from "../../functions/recommender/files/rows/receipt.ts";
import type { InteractionTable } from "./interaction_table.ts";
import { liveEvents } from "./live_file.ts";
import type { DataFile } from "./open_rows.ts";

/** A visitor who signed in: the events up to `seq` belong to the user. */
export interface MergedVisitor {
  /** The visitor as the file names them. */
  visitor: string;
  /** Null if the user was erased. */
  user: string | null;
  seq: number;
}

/**
 * Adds the events of a file, those of merged visitors to their users; skips those of erased users,
 * before and after the merge.
 */
export async function readLiveEvents(
  file: Pick<DataFile, "open">,
  { table, erased, merged }: {
    table: InteractionTable;
    erased: readonly string[];
    merged: readonly MergedVisitor[];
  },
): Promise<Receipt> {
  const receipt = emptyReceipt("INTERACTION");
  const isErased = new Set(erased);
  const mergesOf = Map.groupBy(merged, ({ visitor }) => visitor);
  for (const merges of mergesOf.values()) merges.sort((a, b) => a.seq - b.seq);
  for await (const batch of liveEvents(await file.open())) {
    for (const { user: person, item, type, rating, time, seq } of batch) {
      const merge = mergesOf.get(person)?.find((merge) => seq <= merge.seq);
      const user = merge ? merge.user : person;
      if (user === null || isErased.has(user) || isErased.has(person)) continue;
      receipt.rows++;
      if (table.addLive({ user, item, type, rating, time })) receipt.used++;
      else receipt.unknown_items++;
    }
  }
  return receipt;
}
