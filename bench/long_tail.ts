/** Interactions with a long tail, as large as one likes: the same seed gives the same file. */
import { random } from "../worker-trainer/dataset/random.ts";

const SEED = 1;
/** Interactions a user has, on average. */
const HISTORY = 25;
/** Groups of users and items that keep to themselves, most of the time. */
const TASTES = 50;
const OWN_TASTE = 0.8;

export interface Size {
  interactions: number;
  items: number;
}

/** Items grow with the root of the interactions: 3,162 at 0.1 million, 50,000 at 25 million. */
const ITEMS_AT_A_MILLION = 10_000;

/** The size of a file of so many million interactions. */
export function sizeOf(millions: number): Size {
  return {
    interactions: millions * 1e6,
    items: Math.round(ITEMS_AT_A_MILLION * Math.sqrt(millions)),
  };
}

/** One row in so many is held out, where that is asked for. */
const HELD = 25;

/**
 * Writes `user_id,item_id,timestamp` rows. An item's popularity falls as a power of its rank, a
 * user's history is as long as an exponential draw, and four in five items are of the user's taste.
 * @param heldPath where one row in 25 is written instead; nowhere else where absent.
 */
export async function writeLongTail(
  path: string,
  { interactions, items }: Size,
  heldPath?: string,
): Promise<void> {
  const draw = random(SEED);
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

/** A file of rows that is written in large pieces. */
function rowWriter(path: string) {
  const file = Deno.openSync(path, { create: true, write: true, truncate: true });
  const writer = file.writable.getWriter();
  const encoder = new TextEncoder();
  let text = "user_id,item_id,timestamp\n";
  return {
    /** Takes a row; waits only where a piece is full. */
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
