import { assert, assertEquals } from "@std/assert";
import type { Catalogue } from "../dataset/dataset.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import { RowPool } from "../threads/row_pool.ts";
import { RowsBuilder } from "../linalg/sparse_rows.ts";
import { learnFieldWeights } from "./field_weights.ts";
import { tfidf } from "./tfidf.ts";

/** Returns 120 items, which users combine by genre and not by colour. */
function catalogue(): Catalogue {
  const ids = Array.from({ length: 120 }, (_, i) => `${i}`);
  return {
    ids,
    titles: ids,
    described: 120,
    features: [
      { name: "colour", values: ids.map((_, i) => `colour ${Math.floor(i / 40)}`) },
      { name: "genre", values: ids.map((_, i) => `genre ${i % 4}`) },
    ],
  };
}

function nearest() {
  const built = new RowsBuilder(120);
  for (let i = 0; i < 120; i++) {
    for (let j = i % 4; j < 120; j += 4) if (j !== i) built.add(j, 1 / (1 + Math.abs(i - j) % 7));
    built.endRow();
  }
  return built.build();
}

Deno.test("the field that predicts co-occurrence gets the weight", () => {
  const { weights } = learnFieldWeights(catalogue(), nearest(), seededRandom(3))!;
  assertEquals(weights.length, 3); // the titles only repeat the ids
  assertEquals([weights[0], weights[2]], [0, 1]);
  assert(weights[1] < 0.2, `${weights}`);
});

Deno.test("too few pairs yield no weights", () => {
  assertEquals(
    learnFieldWeights(catalogue(), new RowsBuilder(120).build(), seededRandom(3)),
    undefined,
  );
});

Deno.test("weights select the neighbours, and shrinkage lowers items with short texts", async () => {
  const pool = new RowPool(1);
  const of = catalogue();
  of.features[1].values[8] = "";
  const first = async (weights: number[], shrinkage = 0) => {
    const model = { weighting: "bm25", weights } as const;
    const { rows } = await tfidf(of, { keep: 119, pool, model, shrinkage });
    return new Map(
      Array.from({ length: rows.offsets[1] }, (_, e) => [rows.columns[e], rows.values[e]]),
    );
  };
  const byGenre = await first([0, 0, 1]);
  assertEquals([byGenre.has(4), byGenre.has(1)], [true, false]);
  const byColour = await first([0, 1, 0]);
  assertEquals([byColour.has(44), byColour.has(1)], [false, true]);
  const [plain, shrunk] = [await first([0, 1, 1]), await first([0, 1, 1], 0.5)];
  assert(shrunk.get(8)! / plain.get(8)! < shrunk.get(1)! / plain.get(1)!);
});
