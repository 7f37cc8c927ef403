import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import { realDataset } from "../../testing/real_data.ts";
import { ignoreWithout } from "../../testing/runner/optional_parts.ts";
import { decodeFeatures, encodeFeatures } from "../content/features_file.ts";
import type { ItemText } from "../content/term_weights.ts";
import type { Catalogue, Interactions } from "../dataset/dataset.ts";
import { transpose } from "../linalg/sparse_rows.ts";
import { RowPool } from "../threads/row_pool.ts";
import { rankableModel } from "./assemble.ts";
import { furtherItemRows, type FurtherRow } from "./further_items.ts";
import { hybridRows, scaleOf, similarRows } from "./hybrid.ts";
import { itemKnn } from "./item_knn.ts";
import { servedRows } from "./served_rows.ts";
import { tfidf } from "./tfidf.ts";
import { trainingSet } from "./training_set.ts";

const pool = new RowPool(1);

function picked({ ids, titles, features, ...rest }: Catalogue, items: number[]): Catalogue {
  const of = (values: string[]) => items.map((i) => values[i]);
  return {
    ...{ ...rest, ids: of(ids), titles: of(titles), described: items.length },
    features: features.map((column) => ({ ...column, values: of(column.values) })),
  };
}

function textsOf({ ids, titles, features }: Catalogue): ItemText[] {
  return ids.map((id, i) => ({
    ...{ id, title: titles[i] },
    cells: new Map(features.map(({ name, values }) => [name, values[i]])),
  }));
}

/** Returns the content of a catalogue, as its artifact stores it. */
async function contentOf(items: Catalogue, keep = 100) {
  const { features, rows, comparison } = await tfidf(items, { keep, shrinkage: 0.1, pool });
  const stored = { features, comparison: comparison!, scale: scaleOf(rows) };
  return { ...decodeFeatures(encodeFeatures(stored)), rows };
}

interface Row {
  columns: ArrayLike<number>;
  values: ArrayLike<number>;
}

function rowIn({ offsets, columns, values }: SparseRows, row: number): Row {
  const range = [offsets[row], offsets[row + 1]] as const;
  return { columns: columns.subarray(...range), values: values.subarray(...range) };
}

/** Returns the ten columns of the largest values, among those that pass. */
function firstTen({ columns, values }: Row, passes: (column: number) => boolean): number[] {
  return Array.from(columns, (column, e) => ({ column, value: values[e] }))
    .filter(({ column }) => passes(column))
    .sort((a, b) => b.value - a.value || a.column - b.column)
    .slice(0, 10).map(({ column }) => column);
}

function weightsIn({ items, weights }: FurtherRow): Row {
  return { columns: items, values: weights };
}

/** Returns the mean share of `expected` that `found` has. */
function overlap(expected: number[][], found: number[][]): number {
  const shares = expected.flatMap((items, i) =>
    items.length === 0
      ? []
      : [items.filter((item) => found[i].includes(item)).length / items.length]
  );
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** Interactions without those of the items from `from` on. */
function interactionsBelow({ offsets, items, weights }: Interactions, from: number): Interactions {
  const kept = Array.from(items.keys()).filter((e) => items[e] < from);
  const before = new Uint32Array(items.length + 1);
  for (let e = 0; e < items.length; e++) before[e + 1] = before[e] + Number(items[e] < from);
  return {
    offsets: offsets.map((offset) => before[offset]),
    items: Uint32Array.from(kept, (e) => items[e]),
    weights: Float32Array.from(kept, (e) => weights[e]),
  };
}

/** Trains a hybrid with a share of content of 0.3. */
async function hybridOf(
  content: Awaited<ReturnType<typeof contentOf>>,
  interactions: Interactions,
) {
  const set = trainingSet(interactions, { items: content.comparison.norms.length });
  const fitted = await itemKnn.fit(set, itemKnn.configurations[0], { pool, dense: undefined! });
  const weights = await servedRows(fitted, set, pool);
  const model = rankableModel({
    weights: await (await hybridRows({ weights, content }, set, pool))(0.3),
    similar: await similarRows({ weights, content }, { keep: 100, pool }),
    popularity: set.popularity,
  });
  model.manifest.parameters = { content_share: 0.3 };
  return model;
}

/** Genres, and titles of series. */
function shop(count: number): Catalogue {
  const random = seededRandom(5);
  const word = (words: number) => Math.floor(words * random() ** 2);
  const ids = Array.from({ length: count }, (_, i) => `i${i}`);
  return {
    ids,
    titles: ids.map(() => `series${word(60)} part${word(9)}`),
    described: count,
    features: [
      { name: "tags", values: ids.map(() => `t${word(12)}|t${word(30)}|t${word(30)}`) },
      { name: "price", values: ids.map(() => (10 + 90 * random()).toFixed(2)) },
      {
        name: "text",
        values: ids.map(() => `w${word(90)} w${word(90)} w${word(90)} w${word(90)}`),
      },
      { name: "new", values: ids.map(() => random() < 0.3 ? "1" : "0") },
    ],
  };
}

Deno.test("an item left out of a training has nearly the neighbours that it would have had", async () => {
  const whole = shop(400);
  const from = 380;
  const trained = await contentOf(whole, 400);
  const base = picked(whole, whole.ids.map((_, i) => i).slice(0, from));
  const content = await contentOf(base);
  const model = rankableModel({ weights: content.rows, popularity: new Uint32Array(from) });
  const rows = furtherItemRows(model, content)(textsOf(whole).slice(from));
  const isBase = (item: number) => item < from;
  const expected = rows.map((_, j) => firstTen(rowIn(trained.rows, from + j), isBase));
  assert(overlap(expected, rows.map((row) => firstTen(weightsIn(row), isBase))) > 0.9);
  for (const [j, { items, weights, similar }] of rows.entries()) {
    assertEquals(similar, undefined);
    const values = new Map(Array.from(items, (item, e) => [item, weights[e]]));
    const { columns, values: cosines } = rowIn(trained.rows, from + j);
    for (const item of expected[j]) {
      assertAlmostEquals(values.get(item)!, cosines[Array.from(columns).indexOf(item)], 0.1);
    }
  }
});

Deno.test("a further item equal to an item has its neighbours, and itself first", async () => {
  const items = shop(60);
  const content = await contentOf(items);
  const model = rankableModel({ weights: content.rows, popularity: new Uint32Array(60) });
  const [row, empty] = furtherItemRows(model, content)([
    { ...textsOf(items)[7], id: "new" },
    { id: "bare", title: "bare", cells: new Map() },
  ]);
  const [first, ...others] = firstTen(weightsIn(row), () => true);
  assertEquals(first, 7);
  assertEquals(others, firstTen(rowIn(content.rows, 7), () => true).slice(0, 9));
  assertEquals(empty.items.length, 0, "without texts it is like no item");
});

if (!ignoreWithout("data")) {
  Deno.test("MovieLens-small: films left out of a training have nearly their neighbours, and weights of the same scale", async () => {
    const { items: films, interactions: all } = await realDataset("movielens-small");
    const count = films.ids.length;
    const random = seededRandom(3);
    const order = films.ids.map((_, i) => ({ i, at: random() })).sort((a, b) => a.at - b.at)
      .map(({ i }) => i);
    const places = new Uint32Array(count);
    order.forEach((film, place) => places[film] = place);
    const items = picked(films, order);
    const from = count - 300;
    const base = picked(items, items.ids.map((_, i) => i).slice(0, from));
    const left = textsOf(items).slice(from);

    const trained = await contentOf(items, 400);
    const content = await contentOf(base);
    const byTexts = rankableModel({ weights: content.rows, popularity: new Uint32Array(from) });
    const isBase = (item: number) => item < from;
    const near = furtherItemRows(byTexts, content)(left);
    assert(
      overlap(
        left.map((_, j) => firstTen(rowIn(trained.rows, from + j), isBase)),
        near.map((row) => firstTen(weightsIn(row), isBase)),
      ) > 0.95,
    );

    // In a hybrid that never saw them in histories, as if they were cold.
    const interactions = interactionsBelow(
      { ...all, items: all.items.map((i) => places[i]) },
      from,
    );
    const whole = await hybridOf(await contentOf(items), interactions);
    const part = await hybridOf(content, interactions);
    const rows = furtherItemRows(part, content)(left);
    const isWarm = (item: number) => item < from && part.items.popularity[item] > 0;
    const columns = transpose(whole.weights, count);
    const expected = left.map((_, j) => firstTen(rowIn(columns, from + j), isWarm));
    const found = rows.map((row) => firstTen(weightsIn(row), isWarm));
    assert(overlap(expected, found) > 0.65, "the films of a history that recommend it");
    let [sum, trainedSum] = [0, 0];
    rows.forEach(({ items, weights }, j) => {
      const { columns: own, values } = rowIn(columns, from + j);
      for (const item of expected[j]) {
        sum += weights[items.indexOf(item)] || 0;
        trainedSum += values[Array.from(own).indexOf(item)];
      }
    });
    assert(sum > 0.8 * trainedSum && sum < 1.3 * trainedSum, `${sum / trainedSum} of the scale`);
    assert(
      overlap(
        left.map((_, j) => firstTen(rowIn(whole.similar!, from + j), isBase)),
        rows.map(({ items, similar }) => firstTen({ columns: items, values: similar! }, isBase)),
      ) > 0.9,
      "similar films",
    );
  });
}
