/** Warnings about the files that a model was trained on. */
import type { Receipt } from "../../functions/recommender/files/rows/receipt.ts";
import type { InteractionMapping } from "../../functions/recommender/files/mapping.ts";
import type { DataFile } from "../dataset/open_rows.ts";
import type { Dataset, Interactions } from "../dataset/dataset.ts";

/** Share of rejected rows above which something is likely wrong. */
const MOST_REJECTED = 0.5;
/** Density of users × items above which users cannot be distinguished by their histories. */
const NEARLY_EVERYTHING = 0.95;
/** Share of equal ratings from which ratings carry little information. */
const NEARLY_EQUAL = 0.95;
/** Share of items at the time of the item before, from which most items have no order. */
const MOSTLY_TIED = 0.5;
/** Below this many items or ratings, a single value is not unusual. */
const FEW = 5;

/** Facts about the files that the data do not contain. */
export interface DataContext {
  /** Whether the ratings are marks of a table of users and items, which may all be alike. */
  isMarked?: boolean;
  /** Seconds since 1970 after which times of interactions are wrong. */
  until?: number;
}

/** Returns a sentence for each anomaly of the files and their data. */
export function dataWarnings(
  { items, users, interactions }: Pick<Dataset, "items" | "users" | "interactions">,
  receipts: readonly Receipt[],
  { isMarked = false, until = Infinity }: DataContext = {},
): string[] {
  return [
    ...receipts.flatMap(receiptWarnings),
    ...densityWarnings(users.length, items.ids.length, interactions.items.length),
    ...ratingWarnings(interactions.ratings, isMarked),
    ...timeWarnings(interactions, until),
    ...items.features.flatMap(({ name, values }) => columnWarnings(name, values)),
  ];
}

function receiptWarnings({ kind, rows, rejected, reasons, notes = [] }: Receipt): string[] {
  if (rejected <= MOST_REJECTED * rows) return notes;
  const commonest = reasons.reduce((most, reason) => reason.rows > most.rows ? reason : most);
  const file = kind === "CONTENT" ? "items" : "interactions";
  return [
    `Most rows of the ${file} file were rejected, ${rejected} of ${rows}, mostly because ` +
    `${commonest.reason}.`,
    ...notes,
  ];
}

function densityWarnings(users: number, items: number, interactions: number): string[] {
  if (users < 2 || items < 2 || interactions < NEARLY_EVERYTHING * users * items) return [];
  return [
    "Nearly every user interacted with nearly every item, so users cannot be told apart. If the " +
    "file is a table of users and items, remove the rows without an interaction, or name them by " +
    "filled and none when the file is uploaded.",
  ];
}

/** Returns whether every rating of these files is the mark of a wide or melted table. */
export function areMarks(
  files: readonly Pick<DataFile, "dialect" | "kind" | "mapping">[],
): boolean {
  return files.every(({ dialect: { unpivot, filled }, kind, mapping }) => {
    const { rating } = mapping as InteractionMapping;
    return kind !== "INTERACTION" || !rating || rating === (unpivot?.value ?? filled);
  });
}

function ratingWarnings(ratings: Float32Array | undefined, isMarked: boolean): string[] {
  const counts = countsOf(ratings?.filter((rating) => !Number.isNaN(rating)) ?? []);
  if (counts.all < FEW) return [];
  if (counts.different === 1 && isMarked) return [];
  if (counts.different === 1) {
    return [
      `Every rating is ${counts.commonest}: the column of ratings carries no information. Is the rating ` +
      "in another column?",
    ];
  }
  if (counts.most < NEARLY_EQUAL * counts.all) return [];
  const percent = Math.floor(100 * counts.most / counts.all);
  return [`Nearly all ratings are equal: ${percent} % of them are ${counts.commonest}.`];
}

function timeWarnings({ offsets, times }: Interactions, until: number): string[] {
  const counts = countsOf(times?.filter((time) => !Number.isNaN(time)) ?? []);
  if (!times || counts.all < FEW) return [];
  if (counts.different === 1) {
    return ["Every interaction has the same time: the order of the file's rows is used instead."];
  }
  const future = times.filter((time) => time > until).length;
  const { following, tied } = countTies({ offsets, times });
  return [
    ...(future > 0
      ? [
        `${future.toLocaleString("en")} ${
          future === 1 ? "interaction has a time" : "interactions have times"
        } ` +
        "after the upload: is the column of times read correctly?",
      ]
      : []),
    ...(following >= FEW && tied > MOSTLY_TIED * following
      ? [
        `${Math.floor(100 * tied / following)} % of the items have the same time as the user's ` +
        "item before: their order is unknown and is not learned from.",
      ]
      : []),
  ];
}

/**
 * Returns the number of items in all histories that follow an item with a time, and the number of
 * those that have the same time as it.
 */
function countTies(
  { offsets, times }: { offsets: Uint32Array; times: Float64Array },
): { following: number; tied: number } {
  const counts = { following: 0, tied: 0 };
  for (let u = 0; u + 1 < offsets.length; u++) {
    for (let e = offsets[u] + 1; e < offsets[u + 1]; e++) {
      if (Number.isNaN(times[e - 1])) continue;
      counts.following++;
      if (times[e] === times[e - 1]) counts.tied++;
    }
  }
  return counts;
}

function columnWarnings(name: string, values: readonly string[]): string[] {
  const filled = values.filter((value) => value !== "");
  if (filled.length < FEW || filled.some((value) => value !== filled[0])) return [];
  return [`The column "${name}" has one value for all items: it carries no information.`];
}

/** Returns the number of values, the number of different ones, and the most common. */
function countsOf(values: ArrayLike<number>) {
  const counts = new Map<number, number>();
  for (let i = 0; i < values.length; i++) counts.set(values[i], (counts.get(values[i]) ?? 0) + 1);
  let [commonest, most] = [NaN, 0];
  for (const [value, count] of counts) if (count > most) [commonest, most] = [value, count];
  return { all: values.length, different: counts.size, commonest, most };
}
