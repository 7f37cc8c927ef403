/** Temporal split at one moment for all users, as in production: train before it, test after it. */
import type { Interactions } from "../dataset.ts";
import { partOf, type Split } from "./split.ts";

/** Share of the rows with times that lie before the cut. */
const BEFORE = 0.8;
/**
 * Minimum number of evaluated users, with a history before the cut and items after it, to use a
 * cut; `ENOUGH_OF_ACTIVE` applies as well.
 */
const ENOUGH_USERS = 1000;
/** Minimum ratio of the evaluated users to the users with at least `ACTIVE` items. */
const ENOUGH_OF_ACTIVE = 0.2;
const ACTIVE = 5;
/** Share of all users that is enough to use a cut, however few they are. */
const ENOUGH_OF_ALL = 0.5;
/** Maximum number of a user's items that are held out: the first ones after the cut. */
const MOST_HELD = 20;

/** A temporal split. */
export interface TimeCut extends Split {
  /** Seconds since 1970. Times from it on are after the cut. */
  time: number;
  /** Held-out interactions of the users who appear only after the cut. */
  newcomers: Interactions;
  /** Number of users with a history before the cut and held-out items. */
  users: number;
  /** Whether it evaluates enough users to be preferred to a split by user. */
  isUsable: boolean;
}

/**
 * Returns the split at the 80th percentile of the times; undefined if they do not vary.
 * Interactions before it and those without a time are for training; of those after it, the first 20
 * of each user are held out, and the others left out of both.
 * @param until times after it, such as that of the upload, are wrong and count as missing.
 */
export function cutInTime(all: Interactions, until = Infinity): TimeCut | undefined {
  const { offsets, items, times } = all;
  const known = times?.filter((time) => time <= until).sort();
  if (!times || !known || known.length === 0 || known[0] === known[known.length - 1]) {
    return undefined;
  }
  const time = known[Math.min(known.length - 1, Math.floor(BEFORE * known.length))];
  if (time === known[0]) return undefined;
  const TRAIN = 0, HELD = 1, NEWCOMER = 2, LEFT_OUT = 3;
  const side = new Uint8Array(items.length);
  let [users, active, appearing] = [0, 0, 0];
  for (let u = 0; u + 1 < offsets.length; u++) {
    const [start, end] = [offsets[u], offsets[u + 1]];
    if (start === end) continue;
    appearing++;
    if (end - start >= ACTIVE) active++;
    let before = 0;
    for (let e = start; e < end; e++) if (!(times[e] >= time && times[e] <= until)) before++;
    if (before > 0 && before < end - start) users++;
    let held = 0;
    for (let e = start; e < end; e++) {
      if (!(times[e] >= time && times[e] <= until)) continue;
      side[e] = held++ >= MOST_HELD ? LEFT_OUT : before > 0 ? HELD : NEWCOMER;
    }
  }
  const part = (which: number) => partOf(all, side.map((s) => s === which ? 1 : 0), 1);
  return {
    time,
    train: part(TRAIN),
    held: part(HELD),
    newcomers: part(NEWCOMER),
    users,
    isUsable: users >= ENOUGH_USERS && users >= ENOUGH_OF_ACTIVE * active ||
      users >= ENOUGH_OF_ALL * appearing,
  };
}
