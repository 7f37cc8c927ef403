import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Interactions } from "../dataset.ts";
import { seededRandom } from "../../../functions/recommender/model/seeded_random.ts";
import { splitInteractions } from "./split.ts";

/** Returns interactions in which user `u` has the items 0 .. sizes[u] − 1, in this order. */
function histories(sizes: number[], timed: boolean): Interactions {
  const items = sizes.flatMap((size) => Array.from({ length: size }, (_, i) => i));
  const offsets = new Uint32Array(sizes.length + 1);
  sizes.forEach((size, u) => offsets[u + 1] = offsets[u] + size);
  return {
    offsets,
    items: Uint32Array.from(items),
    weights: Float32Array.from(items, (i) => i + 1),
    ...(timed ? { times: Float64Array.from(items, (i) => 1e9 + i) } : {}),
  };
}

const of = ({ offsets, items }: Interactions, u: number) => [
  ...items.subarray(offsets[u], offsets[u + 1]),
];

Deno.test("splitInteractions: the last by time, short histories kept whole", () => {
  const { train, held } = splitInteractions(histories([10, 4, 5, 0], true), { seed: 1 });
  assertEquals(of(train, 0), [0, 1, 2, 3, 4, 5, 6, 7]);
  assertEquals(of(held, 0), [8, 9]);
  assertEquals([of(train, 1), of(held, 1)], [[0, 1, 2, 3], []]);
  assertEquals(of(held, 2), [4]);
  assertEquals([of(train, 3), of(held, 3)], [[], []]);
  assertEquals([...held.times!], [1e9 + 8, 1e9 + 9, 1e9 + 4]);
  assertEquals([...held.weights], [9, 10, 5]);
});

Deno.test("splitInteractions: without times a seeded draw, each entry in one part", () => {
  const all = histories([50, 20], false);
  const { train, held } = splitInteractions(all, { seed: 7 });
  assertEquals([of(held, 0).length, of(held, 1).length], [10, 4]);
  for (const u of [0, 1]) {
    assertEquals([...of(train, u), ...of(held, u)].sort((a, b) => a - b), of(all, u));
  }
  assertEquals(splitInteractions(all, { seed: 7 }), { train, held });
  assertNotEquals(of(splitInteractions(all, { seed: 8 }).held, 0), of(held, 0));
});

Deno.test("splitInteractions: equal times imply no order", () => {
  const all = histories([50], true);
  all.times!.fill(1e9);
  assertNotEquals(of(splitInteractions(all, { seed: 1 }).held, 0), [
    40,
    41,
    42,
    43,
    44,
    45,
    46,
    47,
    48,
    49,
  ]);
});

Deno.test("splitInteractions: a tie in time is never divided by the order of the file", () => {
  // Ten items, of which two are held out; the last four have one time.
  const all = histories(Array(200).fill(10), true);
  for (let e = 0; e < all.times!.length; e++) if (e % 10 >= 6) all.times![e] = 2e9;
  const { held } = splitInteractions(all, { seed: 1 });
  const counts = Array<number>(10).fill(0);
  for (const item of held.items) counts[item]++;
  assertEquals(counts.slice(0, 6), [0, 0, 0, 0, 0, 0]);
  assert(counts.slice(6).every((count) => count > 70 && count < 130), `${counts}`);
  // Of what comes after the tie, everything is held out.
  for (let e = 9; e < all.times!.length; e += 10) all.times![e] = 3e9;
  const after = splitInteractions(all, { seed: 1 }).held;
  for (let u = 0; u < 200; u++) {
    const [tied, last] = of(after, u);
    assert(tied >= 6 && tied <= 8 && last === 9);
  }
});

Deno.test("splitInteractions: items without a time are older than all with one", () => {
  const all = histories([10], true);
  all.times!.fill(NaN, 0, 9);
  const { held } = splitInteractions(all, { seed: 1 });
  assertEquals([of(held, 0).length, of(held, 0).at(-1)], [2, 9]);
});

Deno.test("splitInteractions: the smallest data still hold something out", () => {
  const { train, held } = splitInteractions(histories([1, 2, 3], true), { seed: 1 });
  assertEquals([of(held, 0), of(held, 1), of(held, 2)], [[], [1], [2]]);
  assertEquals(train.items.length, 4);
});

Deno.test("random: reproducible, even, another by another seed", () => {
  const [a, b, other] = [seededRandom(1), seededRandom(1), seededRandom(2)];
  const drawn = Array.from({ length: 10000 }, a);
  assertEquals(drawn.slice(0, 5), Array.from({ length: 5 }, b));
  assertNotEquals(drawn.slice(0, 5), Array.from({ length: 5 }, other));
  assert(drawn.every((x) => x >= 0 && x < 1));
  const mean = drawn.reduce((sum, x) => sum + x, 0) / drawn.length;
  assert(Math.abs(mean - 0.5) < 0.01, `mean ${mean}`);
});
