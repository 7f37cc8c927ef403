import { RowPool } from "../linalg/row_pool.ts";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Catalogue } from "../dataset/dataset.ts";
import { full } from "../linalg/matrices_for_tests.ts";
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
  // N = 4; df: a 2, b 2, c 2, d 1. Terms of one item alone are left out.
  const idf = Math.log(5 / 3);
  const cosine = idf * idf / (Math.hypot(idf, idf) * idf);
  assertAlmostEquals(rows[0][1], cosine, 1e-6); // shares a; lengths √2 and 1
  assertAlmostEquals(rows[0][2], 1 / 2, 1e-6); // shares b of two each
  assertAlmostEquals(rows[2][3], 1 / Math.SQRT2, 1e-6); // c of (b, c) and of (c)
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

Deno.test("items without any text have no neighbours, and no NaN comes of it", async () => {
  const { rows } = await tfidf(catalogue(["", "", "a", "a"]), { keep: 10, pool });
  assertEquals(rows.columns, Uint32Array.of(3, 2));
  assertEquals(rows.values, Float32Array.of(1, 1));
  const { rows: none } = await tfidf(catalogue([]), { keep: 10, pool });
  assertEquals(none.columns.length, 0);
  const { rows: same } = await tfidf(catalogue(["same", "same"]), { keep: 10, pool });
  assertEquals(same.values.every(Number.isFinite), true);
});
