import { assert, assertEquals, assertMatch } from "@std/assert";
import { interactionsOf } from "../../../testing/datasets.ts";
import type { Interactions } from "../dataset.ts";
import { evaluationSplits } from "./evaluation_splits.ts";
import { cutInTime } from "./time_cut.ts";

const DAY = 86_400;
const START = 1.7e9;

/** Returns interactions of users with the day of each of their items 0, 1, 2 … */
function onDays(users: number[][]): Interactions {
  return {
    ...interactionsOf(users.map((days) => days.map((_, item) => item))),
    times: Float64Array.from(users.flat(), (day) => START + DAY * day),
  };
}

const itemsOf = ({ offsets, items }: Interactions, user: number) => [
  ...items.subarray(offsets[user], offsets[user + 1]),
];

/** Ten users with one item a day for ten days. */
const DAILY = onDays(Array.from({ length: 10 }, () => Array.from({ length: 10 }, (_, d) => d)));

Deno.test("where half of all users have items before and after one moment, it divides them", () => {
  const { kind, outer, inner, cut, other, says } = evaluationSplits(DAILY, { seed: 1 });
  assertEquals([kind, cut!.time, cut!.users], ["time", START + 8 * DAY, 10]);
  assertEquals([itemsOf(outer.train, 0).length, itemsOf(outer.held, 0)], [8, [8, 9]]);
  assertEquals([itemsOf(inner.train, 0).length, itemsOf(inner.held, 0)], [6, [6, 7]]);
  assertEquals(itemsOf(other!.held, 0), [8, 9]);
  assertMatch(says, /^Evaluated in time: .* 2023-11-22, .* 10 users/);
});

Deno.test("users who come one after the other are divided each by themselves", () => {
  const shift = onDays(
    Array.from({ length: 100 }, (_, u) => Array.from({ length: 10 }, (_, d) => 20 * u + d)),
  );
  const { kind, outer, other, cut, says } = evaluationSplits(shift, { seed: 1 });
  assertEquals([kind, cut, other], ["user", undefined, undefined]);
  assertEquals(itemsOf(outer.held, 0), [8, 9]);
  assertMatch(says, /only 0 users have items both before and after \d{4}-/);
});

Deno.test("a thousand users and a fifth of the active ones are enough", () => {
  const kindOf = (returning: number, others: number) =>
    evaluationSplits(
      onDays([
        ...Array.from({ length: returning }, () => [0, 1, 2, 3, 100]),
        ...Array.from({ length: others }, () => [0, 1, 2, 3, 4]),
        // Few enough that the percentile lies on day 100.
        ...Array.from({ length: 2 * (returning + others) }, () => [100]),
      ]),
      { seed: 1 },
    ).kind;
  assertEquals([kindOf(1000, 2000), kindOf(900, 1800), kindOf(1000, 4500)], [
    "time",
    "user",
    "user",
  ]);
});

Deno.test("after the cut the first twenty items count, newcomers apart, times of the future not", () => {
  const many = Array.from({ length: 30 }, (_, d) => 100 + d);
  const old = Array.from({ length: 133 }, () => 1);
  const all = onDays([[0, ...many], [1, 2, 9000], many.slice(0, 3), [NaN, 105], old]);
  const cut = cutInTime(all, START + 1000 * DAY)!;
  assertEquals([itemsOf(cut.train, 0), itemsOf(cut.held, 0).length], [[0], 20]);
  // The item of the future is no test, and stays known.
  assertEquals([itemsOf(cut.train, 1), itemsOf(cut.held, 1)], [[0, 1, 2], []]);
  assertEquals([itemsOf(cut.newcomers, 2), itemsOf(cut.held, 2)], [[0, 1, 2], []]);
  // An item without a time is before it.
  assertEquals([itemsOf(cut.train, 3), itemsOf(cut.held, 3)], [[0], [1]]);
  assertEquals(cut.users, 2);
});

Deno.test("without times that vary, nothing is cut in time", () => {
  const untimed = interactionsOf([[0, 1, 2, 3, 4]]);
  assertEquals(cutInTime(untimed), undefined);
  assertMatch(evaluationSplits(untimed, { seed: 1 }).says, /drawn at random/);
  assertEquals(cutInTime(onDays([[3, 3, 3], [3]])), undefined);
  assertEquals(cutInTime(onDays([[NaN, NaN]])), undefined);
  assertEquals(cutInTime(onDays([[]])), undefined);
  assert(evaluationSplits(onDays([[5, 5, 5, 5, 5]]), { seed: 1 }).outer.held.items.length === 1);
});
