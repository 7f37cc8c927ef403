import { assertEquals, assertStrictEquals } from "@std/assert";
import { matrixDense } from "../linalg/matrix_dense.ts";
import { RowPool } from "../threads/row_pool.ts";
import { compactItems } from "./compact_set.ts";
import { interactionsOf } from "../../testing/datasets.ts";
import { ease } from "./ease.ts";
import { cachedGram } from "./cached_gram.ts";
import { itemKnn } from "./item_knn.ts";
import { trainingSet } from "./training_set.ts";

/** Ten users with nearly all of six items: all pairs co-occur. */
const dense = trainingSet(
  interactionsOf(Array.from({ length: 10 }, (_, u) => [0, 1, 2, 3, 4, 5].filter((i) => i !== u))),
  { items: 6 },
);

/** A pool that records the kernels of its writes. */
class Watched extends RowPool {
  written: string[] = [];
  override write(job: Parameters<RowPool["write"]>[0]): Promise<void> {
    this.written.push(job.kernel);
    return super.write(job);
  }
}

Deno.test("cosines and each λ of EASE share one Gram matrix", async () => {
  const engines = { dense: matrixDense(), pool: new Watched(1) };
  const cosine = itemKnn.configurations.find(({ weighting }) => weighting === "cosine")!;
  await itemKnn.fit(dense, cosine, engines);
  for (const parameters of ease.configurations) await ease.fit(dense, parameters, engines);
  assertEquals(engines.pool.written, ["gram"]);
});

Deno.test("a fit does not modify the cached Gram matrix", async () => {
  const engines = { dense: matrixDense(), pool: new RowPool(1) };
  const { xt, x } = compactItems(dense);
  const gram = await cachedGram(xt, x, engines.pool);
  const before = gram.copy().panels;
  await ease.fit(dense, { lambda: 3 }, engines);
  assertStrictEquals(await cachedGram(xt, x, engines.pool), gram);
  assertEquals(gram.panels.map((panel) => [...panel]), before.map((panel) => [...panel]));
});
