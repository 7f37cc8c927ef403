import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { diversify, poolSize } from "./diversify.ts";
import { exampleModel } from "../../../testing/example_model.ts";
import type { Model, SparseRows } from "./model.ts";
import type { Ranked } from "./rank.ts";

function rows(entries: [column: number, value: number][][]): SparseRows {
  return {
    offsets: Uint32Array.from([0, ...entries.map((_, r) => entries.slice(0, r + 1).flat().length)]),
    columns: Uint32Array.from(entries.flat(), ([column]) => column),
    values: Float32Array.from(entries.flat(), ([, value]) => value),
  };
}

/** Films 0, 1 and 2 are similar (each recommends the other two), so are 3 and 4; 5 is isolated. */
const model: Model = {
  ...exampleModel("CONTENT"),
  weights: rows([
    [[1, 1], [2, 1]],
    [[0, 1], [2, 1]],
    [[0, 1], [1, 1]],
    [[4, 2]],
    [[3, 5]],
    [],
  ]),
};
model.items = { ...model.items, popularity: Uint32Array.of(6, 5, 4, 3, 2, 0) };

const ranking = (scores: number[]): Ranked[] => scores.map((score, item) => ({ item, score }));
const order = (ranked: readonly Ranked[], options: { n: number; diversity: number }) =>
  diversify(model, ranked, options).map(({ item }) => item);

Deno.test("diversity 0 is the ranking itself, cut", () => {
  const ranked = ranking([9, 8, 7, 3, 2, 1]);
  assertEquals(diversify(model, ranked, { n: 4, diversity: 0 }), ranked.slice(0, 4));
});

Deno.test("diversity 0.5, calculated by hand: the best of each group precedes any second", () => {
  // Relevance 1, .9, .8, .6, .3, .2; similarity is 1 within a group and 0 between groups, so 0: .5
  // · 1; then 3 (.5 · .6) before 1 (.5 · .9 − .5), then 5, then 1, 2 and 4.
  const ranked = ranking([10, 9, 8, 6, 3, 2]);
  assertEquals(order(ranked, { n: 6, diversity: 0.5 }), [0, 3, 5, 1, 2, 4]);
  assertEquals(order(ranked, { n: 3, diversity: 0.5 }), [0, 3, 5]);
  // .9 · .9 − .1 · 1 = .71 is more than .9 · .6: low diversity changes nothing here.
  assertEquals(order(ranked, { n: 6, diversity: 0.1 }), [0, 1, 2, 3, 5, 4]);
});

Deno.test("full diversity begins with the first of the ranking, and ties keep its order", () => {
  assertEquals(order(ranking([9, 8, 7, 3, 2, 1]), { n: 6, diversity: 1 }), [0, 3, 5, 1, 2, 4]);
});

Deno.test("items keep their scores, and items without a score follow those with one", () => {
  const ranked = [
    { item: 0, score: 5 },
    { item: 1, score: 4 },
    { item: 2, score: 0 },
    { item: 3, score: 0 },
    { item: 5, score: 0 },
    { item: 4, score: -1 },
  ];
  assertEquals(diversify(model, ranked, { n: 6, diversity: 0.6 }), [
    { item: 0, score: 5 },
    { item: 1, score: 4 },
    // Popularity relative to the most popular is .75 and 0; the latter is similar to the two above.
    { item: 3, score: 0 },
    { item: 5, score: 0 },
    { item: 2, score: 0 },
    { item: 4, score: -1 },
  ]);
});

Deno.test("the similarity of rows is their cosine, with the item itself included", () => {
  // Row 0 is (2, 2, 1, 0), row 1 (4, 4, 0, −2) and row 2 (0, 0, 3, 3), each extended by the item
  // itself.
  const signed: Model = {
    ...model,
    weights: rows([[[1, 2], [2, 1]], [[0, 4], [3, -2]], [[3, 3]], []]),
  };
  const likeness = 16 / (3 * 6);
  const pick = (diversity: number) =>
    diversify(signed, [{ item: 0, score: 10 }, { item: 1, score: 9 }, { item: 3, score: 1 }], {
      n: 2,
      diversity,
    })[1].item;
  // 1 is second as long as (1 − d) · .9 − d · similarity ≥ (1 − d) · .1: d ≤ .8 / (.8 +
  // similarity).
  const edge = 0.8 / (0.8 + likeness);
  assertAlmostEquals(edge, 0.4737, 1e-4);
  assertEquals([pick(edge - 1e-6), pick(edge + 1e-6)], [1, 3]);
  // A negative cosine counts the same as having nothing in common.
  const opposed = diversify(
    signed,
    [{ item: 1, score: 3 }, { item: 3, score: 2 }, { item: 2, score: 2 }],
    { n: 3, diversity: 0.9 },
  );
  assertEquals(opposed.map(({ item }) => item), [1, 3, 2]);
});

Deno.test("two hundred of a thousand, and pools that are short or empty", () => {
  assertEquals([poolSize(10), poolSize(200)], [100, 1000]);
  const many: Model = { ...model, weights: rows(Array.from({ length: 1000 }, () => [])) };
  many.items = { ...model.items, popularity: new Uint32Array(1000) };
  const ranked = Array.from({ length: 1000 }, (_, item) => ({ item, score: 1000 - item }));
  const chosen = diversify(many, ranked, { n: 200, diversity: 0.7 });
  assertEquals(chosen, ranked.slice(0, 200), "where nothing is alike, the order stays");
  assertEquals(diversify(model, [], { n: 5, diversity: 0.5 }), []);
  assert(order(ranking([1]), { n: 5, diversity: 0.5 }).length === 1);
});
