/** The rows behind the users' histories, read from the artifact on demand, a user at a time. */
import type { HistoryRow } from "../history/history.ts";
import type { Manifest } from "../model.ts";
import { rowsOfUser } from "../user_rows.ts";
import { STATE } from "./private_files.ts";
import { openBlocks, type ReadRange } from "./verified_blocks.ts";

/** Rows that are read on demand; only their number by user is held in memory, 4 bytes each. */
export interface StateSlices {
  /** Reads the rows of a user, by their index in the user table, oldest first. */
  of(user: number): Promise<HistoryRow[]>;
}

/**
 * Opens the users' rows of a model. Returns undefined if it has none, as before version 3.
 * @throws {FileMismatchError} if a block does not match the manifest, here and in `of`.
 */
export async function openStateSlices(
  manifest: Manifest,
  readRange: ReadRange,
): Promise<StateSlices | undefined> {
  const blocks = await openBlocks(manifest, STATE, readRange);
  if (!blocks) return undefined;
  const { layout, read } = blocks;
  const offsets = new Uint32Array((await read(...layout["rows.offsets"])).buffer);

  /** Reads the entries `start` to `end` of an array; its buffer, or undefined if it is absent. */
  async function slice(
    name: string,
    { width, start, end }: { width: number; start: number; end: number },
  ): Promise<ArrayBuffer | undefined> {
    if (!(name in layout)) return undefined;
    const [from] = layout[name];
    return (await read(from + width * start, from + width * end)).buffer;
  }

  return {
    async of(user) {
      const [start, end] = offsets.subarray(user, user + 2);
      const [items, weights, ratings, times] = await Promise.all([
        slice("rows.items", { width: 4, start, end }),
        slice("rows.weights", { width: 4, start, end }),
        slice("rows.ratings", { width: 4, start, end }),
        slice("rows.times", { width: 8, start, end }),
      ]);
      return rowsOfUser({
        offsets: Uint32Array.of(0, end - start),
        items: new Uint32Array(items!),
        weights: weights && new Float32Array(weights),
        ratings: ratings && new Float32Array(ratings),
        times: times && new Float64Array(times),
      }, 0);
    },
  };
}
