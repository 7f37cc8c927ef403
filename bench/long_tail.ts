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

/**
 * Writes `user_id,item_id,timestamp` rows. An item's popularity falls as a power of its rank, a
 * user's history is as long as an exponential draw, and four in five items are of the user's taste.
 */
export async function writeLongTail(path: string, { interactions, items }: Size): Promise<void> {
  const draw = random(SEED);
  const ranked = (size: number) => Math.min(size - 1, Math.floor(size * draw() ** 3));
  using file = await Deno.open(path, { create: true, write: true, truncate: true });
  const writer = file.writable.getWriter();
  const encoder = new TextEncoder();
  let text = "user_id,item_id,timestamp\n";
  for (let user = 0, rows = 0; rows < interactions; user++) {
    const own = Math.min(interactions - rows, 1 + Math.floor(-Math.log(1 - draw()) * HISTORY));
    for (let r = 0; r < own; r++, rows++) {
      const any = ranked(items);
      const item = draw() < OWN_TASTE ? any - any % TASTES + user % TASTES : any;
      text += `u${user},i${Math.min(item, items - 1)},${1.6e9 + rows}\n`;
      if (text.length > 1 << 20) {
        await writer.write(encoder.encode(text));
        text = "";
      }
    }
  }
  await writer.write(encoder.encode(text));
  await writer.close();
}
