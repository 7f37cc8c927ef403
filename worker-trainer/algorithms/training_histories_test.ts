/** A user's rows, stored or sent, have the history that a training makes of the rows of all. */
import { assert, assertEquals } from "@std/assert";
import { historyOf, type HistoryRow } from "../../functions/recommender/model/history/history.ts";
import { TAKEN_BACK, WITHDRAWN } from "../../functions/recommender/model/history/liking.ts";
import { fadeOf, type Reading } from "../../functions/recommender/model/history/reading.ts";
import { sentHistory } from "../../functions/recommender/model/history/sent_history.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import { joinRepeats, orderHistories, type Rows } from "../dataset/join_repeats.ts";
import { decideLiking, type LikingOptions, weighByRatings } from "../dataset/liking.ts";
import { type HistoryWeighting, trainingSet } from "./training_set.ts";

const [USERS, ITEMS, ROWS] = [40, 25, 1500];

/** Ratings by the rule with which they are read. */
const RATINGS: Record<string, { values: number[]; options?: LikingOptions }> = {
  all: { values: [3, NaN] },
  above_zero: { values: [1, 0, -1, NaN] },
  amount: { values: [1, 2.7, 350.1, 1e-7, -3, 0, NaN], options: { kind: "amount" } },
  own_mean: { values: [1, 2, 3, 3.7, 4, 5, 4.9, -1, NaN] },
  from: { values: [1, 2, 3, 4, 5, -1, NaN], options: { from: 3.5 } },
};
const EVENTS = [1, 1, 1, 0.5, 3, 5, 0.1, 0, -1, TAKEN_BACK, WITHDRAWN];
/** Few distinct times, so that many are equal; some are missing. */
const TIMES = [NaN, 0, 1, 2, 2.5, 1e9, 1e9 + 0.25, -5];

function madeRows(rule: string, seed: number): Rows {
  const draw = seededRandom(seed);
  const oneOf = (values: number[]) => values[Math.floor(draw() * values.length)];
  const columns = Array.from({ length: ROWS }, () => ({
    user: Math.floor(USERS * draw() ** 2),
    item: Math.floor(ITEMS * draw() ** 2),
    rating: oneOf(RATINGS[rule].values),
    time: seed % 4 === 0 ? NaN : oneOf(TIMES),
    weight: seed % 3 === 0 ? 1 : oneOf(EVENTS),
  }));
  return {
    user: Uint32Array.from(columns, ({ user }) => user),
    item: Uint32Array.from(columns, ({ item }) => item),
    rating: Float32Array.from(columns, ({ rating }) => rating),
    time: Float64Array.from(columns, ({ time }) => time),
    weight: Float32Array.from(columns, ({ weight }) => weight),
  };
}

/** Returns a user's rows in their order, or in that of `histories`, the oldest first. */
function rowsOf({ item, rating, time, weight }: Rows, own: Iterable<number>): HistoryRow[] {
  return Array.from(own, (row) => ({
    item: item[row],
    rating: rating[row],
    time: time[row],
    weight: weight[row],
  }));
}

/** Weights of the events `e0`, `e1`, …; 1 is also that of unknown events. */
const NAMED = Object.fromEntries(
  EVENTS.map((weight, e) => [`e${e}`, Number.isNaN(weight) ? null : weight]),
);

/** Returns the history of the same rows in a request. */
function sentOf(rows: readonly HistoryRow[], reading: Reading) {
  const sent = rows.map(({ item, weight, rating, time }) => ({
    item,
    sent: {
      event_type: `E${EVENTS.findIndex((event) => Object.is(Math.fround(event), weight))} `,
      rating: Number.isNaN(rating) ? null : rating,
      timestamp: Number.isNaN(time) ? null : time,
    },
  }));
  const { items, weights } = sentHistory(sent, reading);
  return { items: Uint32Array.from(items), weights: Float32Array.from(weights) };
}

const WEIGHTINGS: HistoryWeighting[] = [
  { signal: "liked" },
  { signal: "valued" },
  { signal: "liked", halfLife: 5 },
  { signal: "valued", halfLife: 20 },
];

for (const [rule, { options }] of Object.entries(RATINGS)) {
  Deno.test(`ratings by "${rule}": histories by user equal those of the training`, () => {
    const met = new Set<string>();
    for (let seed = 0; seed < 6; seed++) {
      const rows = madeRows(rule, seed);
      const unread = { ...rows, weight: rows.weight.slice() };
      const histories = orderHistories(rows, USERS);
      const liking = weighByRatings(rows, decideLiking(rows, options), histories);
      assertEquals(liking.rule, rule);
      const interactions = joinRepeats(rows, histories, { items: ITEMS });
      for (const weighting of WEIGHTINGS) {
        const { offsets, columns, values } =
          trainingSet(interactions, { items: ITEMS, weighting }).histories;
        const { signal, halfLife } = weighting;
        const fade = halfLife === undefined ? {} : { fade: fadeOf(halfLife) };
        const reading: Reading = { liking, signal, ...fade, event_weights: NAMED };
        for (let u = 0; u < USERS; u++) {
          const trained = {
            items: columns.slice(offsets[u], offsets[u + 1]),
            weights: values.slice(offsets[u], offsets[u + 1]),
          };
          const own = Array.from(rows.user.keys()).filter((row) => rows.user[row] === u);
          assertEquals(historyOf(rowsOf(unread, own), reading), trained);
          assertEquals(sentOf(rowsOf(unread, own), reading), trained);
          // A model's rows are stored oldest first, and later ones follow in any order.
          const early = own.slice(0, own.length >> 1);
          const stored = histories.order.subarray(histories.offsets[u], histories.offsets[u + 1])
            .filter((row) => early.includes(row));
          const both = [...stored, ...own.slice(early.length)];
          assertEquals(historyOf(rowsOf(unread, both), reading), trained);
          for (const weight of trained.weights) {
            met.add(weight < 0 ? "rejected" : weight === 0 ? "seen" : "liked");
          }
        }
      }
    }
    assert(rule === "all" ? met.has("liked") : met.size === 3, [...met].join());
  });
}
