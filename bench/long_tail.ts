/** Generated interactions with a long-tail distribution, reproducible by their seed. */
import { seededRandom } from "../functions/recommender/model/seeded_random.ts";

const SEED = 1;
/** Mean history length. */
const HISTORY = 25;
/** Number of user and item groups, and the share of a user's items from the user's own group. */
const TASTES = 50;
const OWN_TASTE = 0.8;

export interface Size {
  interactions: number;
  items: number;
}

/** Items grow with the square root of the interactions: 3,162 at 0.1 million, 50,000 at 25. */
const ITEMS_AT_A_MILLION = 10_000;

/** Returns the size of a data set with `millions` million interactions. */
export function sizeOf(millions: number): Size {
  return {
    interactions: millions * 1e6,
    items: Math.round(ITEMS_AT_A_MILLION * Math.sqrt(millions)),
  };
}

/** One row in 25 is held out, on request. */
const HELD = 25;

/**
 * Writes `user_id,item_id,timestamp` rows. Item popularity follows a power law, history lengths are
 * exponential, and four in five items are of the user's group.
 * @param heldPath file for one row in 25; without it nothing is held out.
 */
export async function writeLongTail(
  path: string,
  { interactions, items }: Size,
  heldPath?: string,
): Promise<void> {
  const draw = seededRandom(SEED);
  const ranked = (size: number) => Math.min(size - 1, Math.floor(size * draw() ** 3));
  await using train = rowWriter(path);
  await using held = heldPath === undefined ? undefined : rowWriter(heldPath);
  for (let user = 0, rows = 0; rows < interactions; user++) {
    const own = Math.min(interactions - rows, 1 + Math.floor(-Math.log(1 - draw()) * HISTORY));
    for (let r = 0; r < own; r++, rows++) {
      const any = ranked(items);
      const item = draw() < OWN_TASTE ? any - any % TASTES + user % TASTES : any;
      const into = rows % HELD === 0 ? held ?? train : train;
      await into.write(`u${user},i${Math.min(item, items - 1)},${1.6e9 + rows}\n`);
    }
  }
}

/** A buffered writer of CSV rows. */
function rowWriter(path: string) {
  const file = Deno.openSync(path, { create: true, write: true, truncate: true });
  const writer = file.writable.getWriter();
  const encoder = new TextEncoder();
  let text = "user_id,item_id,timestamp\n";
  return {
    /** Adds a row; returns a promise only when the buffer is written. */
    write(row: string): Promise<void> | void {
      text += row;
      if (text.length < 1 << 20) return;
      const piece = encoder.encode(text);
      text = "";
      return writer.write(piece);
    },
    async [Symbol.asyncDispose]() {
      await writer.write(encoder.encode(text));
      await writer.close();
    },
  };
}
