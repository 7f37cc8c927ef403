import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  longTail,
  ndcg,
  ndcgCurve,
  novelty,
  precision,
  recall,
  recallCurve,
  reciprocalRank,
  weightedNdcg,
} from "./metrics.ts";

/** Hits at ranks 2 and 4 of five. */
const HITS = [0, 1, 0, 1, 0];

Deno.test("NDCG discounts by rank and is relative to the ideal list", () => {
  // 1/log₂3 + 1/log₂5 over 1 + 1/log₂3 + 1/log₂4
  assertAlmostEquals(ndcg(HITS, 3, 5), (0.63093 + 0.43068) / (1 + 0.63093 + 0.5), 1e-5);
  assertAlmostEquals(ndcg(HITS, 1, 5), 1.06161, 1e-5); // more hits than relevant items: the caller's error
  assertEquals(ndcg([1, 1], 2, 10), 1);
  assertEquals(ndcg([1], 2, 1), 1); // the ideal list is cut at k as well
  assertEquals(ndcg([0, 0], 2, 2), 0);
  assertEquals(ndcg([], 0, 10), 0);
});

Deno.test("recall is a share of the relevant items, precision of the listed ones", () => {
  assertEquals(recall(HITS, 4, 5), 0.5);
  assertEquals(recall(HITS, 4, 2), 0.25);
  assertEquals(recall(HITS, 0, 5), 0);
  assertEquals(precision(HITS, 5), 0.4);
  assertEquals(precision(HITS, 10), 0.2); // a list that is too short still counts as k items
});

Deno.test("a curve contains the metric at each cut-off", () => {
  const lengths = [0, 1, 2, 3, 4, 5, 6];
  assertEquals([...ndcgCurve(HITS, 3, 6)], lengths.map((k) => ndcg(HITS, 3, k)));
  assertEquals([...recallCurve(HITS, 4, 6)], [0, 0, 0.25, 0.25, 0.5, 0.5, 0.5]);
});

Deno.test("the reciprocal rank is that of the first hit", () => {
  assertEquals(reciprocalRank(HITS, 5), 0.5);
  assertEquals(reciprocalRank(HITS, 1), 0);
  assertEquals(reciprocalRank([], 5), 0);
});

Deno.test("novelty is self-information in bits", () => {
  assertEquals(novelty(8, 8), 0);
  assertEquals(novelty(1, 8), 3);
  assertEquals(novelty(0, 8), 3);
});

Deno.test("the long tail is all but the most popular fifth", () => {
  assertEquals(longTail(Uint32Array.of(4, 1, 0, 2, 3)), Uint8Array.of(1, 1, 1, 1, 0));
  assertEquals(longTail(Uint32Array.of(0, 1, 2, 3, 4, 5)), Uint8Array.of(0, 0, 1, 1, 1, 1));
});

Deno.test("weighted NDCG is relative to the items of greatest weight", () => {
  // A hit of weight 0.5 at rank 2; the relevant items weigh 1, 0.5 and 0.25.
  const ideal = 1 + 0.5 / Math.log2(3) + 0.25 / Math.log2(4);
  assertAlmostEquals(weightedNdcg([0, 0.5], [0.25, 1, 0.5], 10), 0.5 / Math.log2(3) / ideal, 1e-12);
  assertEquals(weightedNdcg([1, 0.5], [0.5, 1], 10), 1);
  assertEquals(weightedNdcg([1, 0.5], [0.5, 1], 1), 1);
  assertEquals(weightedNdcg([], [], 10), 0);
  // With equal weights it is NDCG.
  assertAlmostEquals(weightedNdcg(HITS, [1, 1, 1], 5), ndcg(HITS, 3, 5), 1e-12);
});
