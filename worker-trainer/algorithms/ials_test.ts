import { assert, assertEquals } from "@std/assert";
import { Matrix as Reference, solve } from "ml-matrix";
import { openDense } from "../linalg/open_dense.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import { RowPool } from "../threads/row_pool.ts";
import { compactItems } from "./compact_set.ts";
import { conformance } from "../../testing/algorithm_conformance.ts";
import { interactionsOf } from "../../testing/datasets.ts";
import { collapse, factorise, ials } from "./ials.ts";
import { trainingSet } from "./training_set.ts";

const dense = await openDense();
const pool = new RowPool(1);
const random = seededRandom(5);

/** 60 users of three tastes with twelve of 45 items, mostly of their own third. */
const LISTS = Array.from({ length: 60 }, (_, user) => {
  const list = new Set<number>();
  while (list.size < 12) {
    const any = Math.floor(random() * 45);
    list.add(random() < 0.85 ? any - any % 3 + user % 3 : any);
  }
  return [...list].sort((a, b) => a - b);
});
const SET = trainingSet(interactionsOf(LISTS), { items: 45 });
const OPTIONS = { factors: 6, alpha: 0.2, lambda: 0.01, epochs: 30 };

conformance(ials);

Deno.test("small data are tried with half of the factors", () => {
  const factors = ials.candidates(SET).map(({ configuration }) =>
    Number(configuration.parameters.factors)
  );
  assertEquals(Math.max(...factors), 64);
  const many = trainingSet(interactionsOf(Array.from({ length: 1500 }, (_, u) => [u])), {
    items: 1500,
  });
  assertEquals(
    ials.candidates(many).map(({ configuration }) => configuration.parameters.factors),
    [128, 128, 128, 128],
  );
});

/** Returns the exact fold-in of a history: (α₀ YᵀY + Σ y yᵀ + λ(n + α₀ I) I) u = Σ y. */
function foldedIn(items: Reference, history: number[]): Reference {
  const own = new Reference(history.map((i) => items.getRow(i)));
  const left = items.transpose().mmul(items).mul(OPTIONS.alpha).add(own.transpose().mmul(own))
    .add(
      Reference.eye(items.columns)
        .mul(OPTIONS.lambda * (history.length + OPTIONS.alpha * items.rows)),
    );
  return solve(left, own.transpose().mmul(Reference.ones(history.length, 1)));
}

Deno.test("the factors of both sides solve each other's systems", async () => {
  const { users, items } = await factorise(compactItems(SET), OPTIONS, { dense, pool });
  const y = Reference.from1DArray(45, 6, items.data);
  LISTS.forEach((history, user) => {
    const exact = foldedIn(y, history).to1DArray();
    const own = users.data.subarray(6 * user, 6 * user + 6);
    const error = Math.hypot(...exact.map((value, k) => value - own[k])) / Math.hypot(...exact);
    assert(error < 0.02, `user ${user} is off by ${error}`);
  });
});

Deno.test("the collapsed rows rank like an exact fold-in of the history", async () => {
  const set = compactItems(SET);
  const learned = await factorise(set, OPTIONS, { dense, pool });
  const y = Reference.from1DArray(45, 6, learned.items.data);
  const inverse = await collapse(set, learned, OPTIONS, dense);
  const rows = y.mmul(Reference.from1DArray(6, 6, inverse.data)).mmul(y.transpose());
  const top = (scores: number[], history: number[]) =>
    scores.map((score, item) => ({ score, item })).filter(({ item }) => !history.includes(item))
      .sort((a, b) => b.score - a.score).slice(0, 10).map(({ item }) => item);
  let shared = 0;
  for (const history of LISTS) {
    const exact = top(y.mmul(foldedIn(y, history)).to1DArray(), history);
    const sums = Array.from(
      { length: 45 },
      (_, j) => history.reduce((sum, h) => sum + rows.get(h, j), 0),
    );
    shared += top(sums, history).filter((item) => exact.includes(item)).length;
  }
  assert(shared / (10 * LISTS.length) > 0.85, `${shared} of ${10 * LISTS.length}`);
});

Deno.test("the factors are identical for any number of threads", async () => {
  const two = new RowPool(2);
  const [a, b] = [
    await factorise(compactItems(SET), OPTIONS, { dense, pool }),
    await factorise(compactItems(SET), OPTIONS, { dense, pool: two }),
  ];
  two.close();
  assertEquals(a, b);
});
