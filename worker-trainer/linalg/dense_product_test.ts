import { assertAlmostEquals, assertEquals } from "@std/assert";
import { denseProduct } from "./dense_product.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import { full, randomRows } from "../../testing/matrices.ts";
import { SharedSpace } from "./shared_space.ts";

const a = randomRows({ rows: 9, width: 12, density: 0.6 });
const random = seededRandom(9);
const space = new SharedSpace();
const b = space.matrix(12, 9);
b.data.forEach((_, e) => b.data[e] = random() - 0.5);
const factors = { memory: space.memory, a: space.rows(a), b };

Deno.test("a full product, without the diagonal", () => {
  const rows = full(denseProduct({ ...factors, keep: 9 }), 9);
  full(a, 12).forEach((weights, i) =>
    rows[i].forEach((value, j) => {
      const sum = weights.reduce((s, weight, u) => s + weight * b.data[u * 9 + j], 0);
      assertAlmostEquals(value, i === j ? 0 : sum, 1e-6);
    })
  );
});

Deno.test("a cut keeps the strongest, and a range of rows is that part of all", () => {
  const cut = denseProduct({ ...factors, keep: 3 });
  assertEquals(cut.offsets, Uint32Array.from({ length: 10 }, (_, i) => 3 * i));
  const part = denseProduct({ ...factors, keep: 3 }, { from: 2, to: 5 });
  assertEquals(part.columns, cut.columns.slice(6, 15));
  assertEquals(part.values, cut.values.slice(6, 15));
});
