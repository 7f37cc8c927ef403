/** What the owner of files should know of them before trusting what was learned. */
import type { Receipt } from "../../functions/recommender/csv/receipt.ts";
import type { Dataset } from "../dataset/dataset.ts";

/** A share of the rows that are left out, above which something is likely wrong. */
const MOST_REJECTED = 0.5;
/** A share of users × items that interacted, from which on nothing tells users apart. */
const NEARLY_EVERYTHING = 0.95;
/** A share of the ratings that are the same, from which on they tell little. */
const NEARLY_ALIKE = 0.95;
/** In fewer items, or ratings, one value is no news. */
const FEW = 5;

/** Returns what is odd of the files and their data, in sentences. */
export function dataWarnings(
  { items, users, interactions }: Pick<Dataset, "items" | "users" | "interactions">,
  receipts: readonly Receipt[],
): string[] {
  return [
    ...receipts.flatMap(receiptWarnings),
    ...densityWarnings(users.length, items.ids.length, interactions.items.length),
    ...ratingWarnings(interactions.ratings),
    ...timeWarnings(interactions.times),
    ...items.features.flatMap(({ name, values }) => columnWarnings(name, values)),
  ];
}

function receiptWarnings({ kind, rows, rejected, reasons, notes = [] }: Receipt): string[] {
  if (rejected <= MOST_REJECTED * rows) return notes;
  const commonest = reasons.reduce((most, reason) => reason.rows > most.rows ? reason : most);
  const file = kind === "CONTENT" ? "items" : "interactions";
  return [
    `Most rows of the ${file} file were left out, ${rejected} of ${rows}, mostly because ` +
    `${commonest.reason}.`,
    ...notes,
  ];
}

function densityWarnings(users: number, items: number, interactions: number): string[] {
  if (users < 2 || items < 2 || interactions < NEARLY_EVERYTHING * users * items) return [];
  return [
    "Nearly every user interacted with nearly every item, so nothing tells the users apart. If the " +
    "file is a table of users and items, rows without an interaction are to be left out.",
  ];
}

function ratingWarnings(ratings: Float32Array | undefined): string[] {
  const counts = countsOf(ratings?.filter((rating) => !Number.isNaN(rating)) ?? []);
  if (counts.all < FEW) return [];
  if (counts.different === 1) {
    return [
      `Every rating is ${counts.commonest}: the column of ratings says nothing. Is another column the ` +
      "rating?",
    ];
  }
  if (counts.most < NEARLY_ALIKE * counts.all) return [];
  const percent = Math.floor(100 * counts.most / counts.all);
  return [`Nearly all ratings are alike: ${percent} % of them are ${counts.commonest}.`];
}

function timeWarnings(times: Float64Array | undefined): string[] {
  const counts = countsOf(times?.filter((time) => !Number.isNaN(time)) ?? []);
  if (counts.all < FEW || counts.different > 1) return [];
  return ["Every interaction has the same time: the order of the file's rows counts."];
}

function columnWarnings(name: string, values: readonly string[]): string[] {
  const filled = values.filter((value) => value !== "");
  if (filled.length < FEW || filled.some((value) => value !== filled[0])) return [];
  return [`The column "${name}" has one value for all items: it tells none of them apart.`];
}

/** How many values there are, how many different ones, and the commonest. */
function countsOf(values: ArrayLike<number>) {
  const counts = new Map<number, number>();
  for (let i = 0; i < values.length; i++) counts.set(values[i], (counts.get(values[i]) ?? 0) + 1);
  let [commonest, most] = [NaN, 0];
  for (const [value, count] of counts) if (count > most) [commonest, most] = [value, count];
  return { all: values.length, different: counts.size, commonest, most };
}
