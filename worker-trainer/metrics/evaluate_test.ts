import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { rankableModel } from "../algorithms/assemble.ts";
import { interactionsOf } from "../../testing/datasets.ts";
import { trainingSet } from "../algorithms/training_set.ts";
import { RowPool } from "../threads/row_pool.ts";
import { emptyRows, RowsBuilder } from "../linalg/sparse_rows.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import { evaluate, evaluateRandom } from "./evaluate.ts";

const pool = new RowPool(1);

/** Six items, three users; by popularity: 0 (3 users), 1 (2), 2 (1), 3, 4, 5. */
const train = trainingSet(interactionsOf([[0, 1], [0, 1, 2], [0]]), { items: 6 });
/** Later, user 0 interacts with 3, user 1 with 4 and 5, user 2 with nothing. */
const held = interactionsOf([[3], [4, 5], []]);

function modelOf(weights = emptyRows(6)) {
  return rankableModel({ weights, popularity: train.popularity, histories: train.histories });
}

Deno.test("figures of popular lists without seen items agree with a calculation by hand", async () => {
  // The list of user 0 is 2, 3, 4, 5: a hit at rank 2; of user 1 3, 4, 5: hits at 2 and 3.
  const { users, ndcg, metrics, curve } = await evaluate(modelOf(), { held }, pool);
  const [second, third] = [1 / Math.log2(3), 1 / Math.log2(4)];
  assertEquals(users, Uint32Array.of(0, 1));
  assertAlmostEquals(ndcg[0], second, 1e-12);
  assertAlmostEquals(ndcg[1], (second + third) / (1 + second), 1e-12);
  assertAlmostEquals(metrics.ndcg, (ndcg[0] + ndcg[1]) / 2, 1e-12);
  assertEquals(metrics.recall, 1);
  assertEquals(metrics.precision, (0.1 + 0.2) / 2);
  assertEquals(metrics.mrr, 0.5);
  assertEquals(metrics.coverage, 4 / 6);
  assertAlmostEquals(metrics.novelty, Math.log2(3), 1e-12); // all listed items have at most one interaction
  assertEquals(metrics.long_tail, 1);
  assertEquals(curve.length, 50);
  assertEquals(curve.slice(0, 3).map(({ recall }) => recall), [0, (1 + 0.5) / 2, 1]);
  assertEquals(curve[9].ndcg, metrics.ndcg);
});

Deno.test("weights rank before popularity, and users are grouped into segments", async () => {
  const built = new RowsBuilder(6);
  built.add(3, 1);
  built.endRow();
  built.add(4, 2);
  built.add(5, 1.5);
  const { ndcg, metrics, segments } = await evaluate(modelOf(built.build()), { held }, pool);
  assertEquals(ndcg[1] > 0.9, true);
  assertEquals(segments, [
    { name: "new", users: 2, ndcg: metrics.ndcg, recall: metrics.recall },
    { name: "light", users: 0, ndcg: 0, recall: 0 },
    { name: "heavy", users: 0, ndcg: 0, recall: 0 },
  ]);
});

Deno.test("with diversity, the diversified lists are evaluated", async () => {
  // Items 3 and 4 are similar; 5 is relevant to user 1: third without diversity, second with it.
  const built = new RowsBuilder(6);
  built.add(3, 1);
  built.add(4, 0.9);
  built.add(5, 0.8);
  for (let item = 0; item < 3; item++) built.endRow();
  built.add(4, 1);
  built.endRow();
  built.add(3, 1);
  built.endRow();
  const model = modelOf(built.build());
  const options = { held: interactionsOf([[3], [5], []]), users: [1] };
  const evaluateWith = (diversity: number) => evaluate(model, { ...options, diversity }, pool);
  const plain = await evaluateWith(0);
  assertEquals([plain, plain.metrics.mrr], [await evaluate(model, options, pool), 1 / 3]);
  const { mrr, recall } = (await evaluateWith(0.5)).metrics;
  assertEquals([mrr, recall], [1 / 2, 1]);
});

Deno.test("only requested users with liked held-out items are evaluated", async () => {
  const { users } = await evaluate(modelOf(), { held, users: [1, 2] }, pool);
  assertEquals(users, Uint32Array.of(1));
  const none = await evaluate(modelOf(), { held, users: [] }, pool);
  assertEquals(none.metrics.ndcg, 0);
  assert(Object.values(none.metrics).every(Number.isFinite));
});

Deno.test("held-out items that were rated low or rejected are no hits, and no misses of their own", async () => {
  // User 0 likes item 3, rates item 4 low and rejects item 5; user 1 likes none; user 2 rejects.
  const mixed = { ...interactionsOf([[3, 4, 5], [4, 5], [2]]) };
  mixed.weights = Float32Array.of(1, 0, -1, -1, 0, -1);
  const figures = await evaluate(modelOf(), { held: mixed }, pool);
  const liked = await evaluate(modelOf(), { held: interactionsOf([[3], [], []]) }, pool);
  assertEquals(figures, liked);
  assertEquals(figures.users, Uint32Array.of(0));
  assertEquals(figures.segments[0].users, 1);
  const random = (held: typeof mixed) => evaluateRandom(modelOf(), { held }, seededRandom(3));
  assertEquals(random(mixed), random(interactionsOf([[3], [], []])));
});

Deno.test("segments count the liked items of a history", async () => {
  const items = Array.from({ length: 12 }, (_, item) => item);
  const [likes, held] = [6, interactionsOf([[0], [0]])];
  const ratings = [items.slice(1).map((i) => i <= likes ? 5 : 1), items.slice(1).map(() => 1)];
  const { weights, ...seen } = interactionsOf([items.slice(1), items.slice(1)]);
  weights.set(ratings.flat().map((rating, i) => rating > 1 ? 1 : -(i % 2)));
  const set = trainingSet({ ...seen, weights }, { items: 12 });
  const model = rankableModel({ weights: emptyRows(12), ...set });
  const { segments } = await evaluate(model, { held }, pool);
  assertEquals(segments.map(({ users }) => users), [1, 1, 0]);
});

Deno.test("a user who has seen everything gets an empty list and no NaN", async () => {
  const all = trainingSet(interactionsOf([[0, 1]]), { items: 2 });
  const model = rankableModel({ weights: emptyRows(2), ...all });
  const { metrics } = await evaluate(model, { held: interactionsOf([[0]]) }, pool);
  assert(Object.values(metrics).every(Number.isFinite));
});

Deno.test("random lists contain unseen items, the same for the same seed", () => {
  const draw = () => evaluateRandom(modelOf(), { held }, seededRandom(3));
  assertEquals(draw(), draw());
  // All unseen items are listed, because there are fewer than ten.
  assertEquals(draw().metrics.recall, 1);
  assertEquals(draw().metrics.coverage, 4 / 6);
});
