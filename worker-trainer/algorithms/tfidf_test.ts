import { RowPool } from "../threads/row_pool.ts";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Catalogue } from "../dataset/dataset.ts";
import { full } from "../../testing/matrices.ts";
import { fieldsOf } from "../content/features.ts";
import { tfidf } from "./tfidf.ts";

const pool = new RowPool(1);

function catalogue(genres: string[], titles?: string[]): Catalogue {
  const ids = genres.map((_, i) => `i${i}`);
  return {
    ids,
    titles: titles ?? ids,
    described: ids.length,
    features: [{ name: "genres", values: genres }],
  };
}

Deno.test("similarity is the cosine of TF-IDF vectors", async () => {
  const rows = full(
    (await tfidf(catalogue(["a|b", "a", "b|c", "c|d"]), { keep: 10, pool })).rows,
    4,
  );
  // N = 4; df: a 2, b 2, c 2, d 1.
  const idf = Math.log(5 / 3);
  const idfOfOne = Math.log(5 / 2);
  const cosine = idf * idf / (Math.hypot(idf, idf) * idf);
  assertAlmostEquals(rows[0][1], cosine, 1e-6); // shares a; lengths √2 and 1
  assertAlmostEquals(rows[0][2], 1 / 2, 1e-6); // shares b of two each
  // c of (b, c) and (c, d): d matches nothing, and counts in the length.
  const length = Math.hypot(idf, idfOfOne);
  assertAlmostEquals(rows[2][3], idf * idf / (Math.hypot(idf, idf) * length), 1e-6);
  assertEquals(rows[0][3], 0);
  assertEquals(rows[1][1], 0);
});

Deno.test("the rarer term counts more", async () => {
  const genres = ["drama|noir", "noir", "drama", "drama", "drama", "drama|x", "y"];
  const [first] = full((await tfidf(catalogue(genres), { keep: 10, pool })).rows, 7);
  assertEquals(first[1] > first[2], true);
});

Deno.test("a shared title word breaks ties between equal categories", async () => {
  const titles = ["Toy Story", "Heat", "Toy Story 2", "Casino"];
  const [first] = full(
    (await tfidf(catalogue(["a", "a", "a", "b"], titles), { keep: 10, pool })).rows,
    4,
  );
  assertEquals(first[2] > first[1], true);
  assertEquals(first[3], 0);
});

Deno.test("items without any text have no neighbours and no NaN", async () => {
  const { rows } = await tfidf(catalogue(["", "", "a", "a"]), { keep: 10, pool });
  assertEquals(rows.columns, Uint32Array.of(3, 2));
  assertEquals(rows.values, Float32Array.of(1, 1));
  const { rows: none } = await tfidf(catalogue([]), { keep: 10, pool });
  assertEquals(none.columns.length, 0);
  const { rows: same } = await tfidf(catalogue(["same", "same"]), { keep: 10, pool });
  assertEquals(same.values.every(Number.isFinite), true);
});

/** Returns 200 items of 50 makers, nine in ten of them red. */
function makers(): Catalogue {
  const ids = Array.from({ length: 200 }, (_, i) => `i${i}`);
  return {
    ids,
    titles: ids,
    described: 200,
    features: [
      { name: "colour", values: ids.map((_, i) => i % 10 === 3 ? `colour ${i}` : "red") },
      { name: "maker", values: ids.map((_, i) => `maker ${i % 50}`) },
    ],
  };
}

Deno.test("a rare maker in common beats a colour that nearly all share", async () => {
  const { rows } = await tfidf(makers(), { keep: 10, pool, shrinkage: 0.1 });
  for (let i = 0; i < 200; i++) {
    const start = rows.offsets[i];
    const row = Array.from({ length: rows.offsets[i + 1] - start }, (_, e) => start + e)
      .sort((a, b) => rows.values[b] - rows.values[a]);
    const first = row.slice(0, 3).map((e) => rows.columns[e] % 50);
    assertEquals(first, [i % 50, i % 50, i % 50], `item ${i}`);
  }
});

Deno.test("an item of mostly unique terms is not similar to items that share one common term", async () => {
  const features = [{
    name: "tags",
    values: ["english|u1|u2|u3", "english", "english|jazz", "jazz", "english", "english", "folk"],
  }];
  const ids = features[0].values.map((_, i) => `i${i}`);
  const items: Catalogue = { ids, titles: ids, described: ids.length, features };
  const rows = full((await tfidf(items, { keep: 10, pool })).rows, ids.length);
  assertEquals(rows[0][1] < 0.2, true, `${rows[0][1]}`);
  assertEquals(rows[1][4] > 0.99, true);
});

Deno.test("columns of 0 and 1 form one field of categories", async () => {
  const ids = Array.from({ length: 40 }, (_, i) => `i${i}`);
  const flag = (name: string, is: (i: number) => boolean) => ({
    name,
    values: ids.map((_, i) => is(i) ? "1" : "0"),
  });
  const items: Catalogue = {
    ids,
    titles: ids,
    described: 40,
    features: [
      flag("Horror", (i) => i < 4),
      flag("Western", (i) => i >= 4 && i < 8),
      flag("Drama", (i) => i >= 8),
    ],
  };
  const rows = full((await tfidf(items, { keep: 40, pool })).rows, 40);
  assertEquals([rows[0][1] > 0.99, rows[0][5], rows[0][20]], [true, 0, 0]);
  assertEquals(fieldsOf(items).map(({ name, kind }) => [name, kind]), [
    ["title", "title"],
    ["Horror, Western, Drama", "categories"],
  ]);
});

Deno.test("a term shared by too many items is excluded and reported, the others count", async () => {
  const items = 40_000;
  const genres = Array.from({ length: items }, (_, i) => `everywhere|pair ${i >> 1}`);
  const { rows, excludedTerms } = await tfidf(catalogue(genres), { keep: 10, pool });
  assertEquals(excludedTerms, { terms: 1, sharedBy: items });
  assertEquals(rows.columns.subarray(0, 4), Uint32Array.of(1, 0, 3, 2));
  assertEquals(rows.columns.length, items);
  assertEquals(
    (await tfidf(catalogue(genres.slice(0, 100)), { keep: 10, pool })).excludedTerms,
    undefined,
  );
});
