/** The rows behind the users' histories of a loaded version, read on demand and kept for a while. */
import type { ReadRange } from "../../model/artifact/verified_blocks.ts";
import { openStateSlices, type StateSlices } from "../../model/artifact/state_slices.ts";
import type { HistoryRow } from "../../model/history/history.ts";
import type { Manifest } from "../../model/model.ts";
import { indexOfString, type StringTable } from "../../model/string_table.ts";

export interface StoredRows {
  /**
   * Returns the rows of a user, oldest first; none of an unknown one.
   * @throws {FileMismatchError} if the files do not match the manifest, as after an erasure.
   */
  of(userId: string): Promise<HistoryRow[]>;
}

/** Maximum number of rows kept in memory: some 30 MB. */
const MOST_ROWS = 500_000;

/**
 * Returns the rows of a version's users. Nothing is read before the first request, and no promise is
 * shared between requests, since on Workers a request's reads end with it.
 */
export function storedRows(manifest: Manifest, ids: StringTable, readRange: ReadRange): StoredRows {
  /** From least to most recently used. */
  const kept = new Map<number, HistoryRow[]>();
  let count = 0;
  let opened: StateSlices | undefined;

  function keep(user: number, rows: HistoryRow[]): void {
    count += rows.length - (kept.get(user)?.length ?? 0);
    kept.delete(user);
    kept.set(user, rows);
    while (count > MOST_ROWS && kept.size > 1) {
      const [oldest, { length }] = kept.entries().next().value!;
      kept.delete(oldest);
      count -= length;
    }
  }

  return {
    async of(userId) {
      const user = indexOfString(ids, userId);
      if (user < 0) return [];
      opened ??= await openStateSlices(manifest, readRange);
      const rows = kept.get(user) ?? await opened?.of(user) ?? [];
      keep(user, rows);
      return rows;
    },
  };
}
