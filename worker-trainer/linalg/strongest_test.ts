import { assertEquals } from "@std/assert";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import { rowScratch } from "./row_scratch.ts";
import { strongest, strongestOfRow } from "./strongest.ts";

/** Readable reference: sort all, take k, restore the order. */
function sorted(values: Float32Array, k: number): number[] {
  return Array.from(values.keys()).filter((i) => values[i] !== 0)
    .sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]) || a - b)
    .slice(0, k).sort((a, b) => a - b);
}

function taken(values: Float32Array, k: number, shuffled: boolean): number[] {
  const indices = Uint32Array.from(values.keys());
  if (shuffled) indices.reverse();
  return Array.from(indices.subarray(0, strongest(indices, values, { count: values.length, k })));
}

Deno.test("the strongest are those of a full sort, whatever the order of the candidates", () => {
  const random = seededRandom(7);
  for (const levels of [2, 5, 1000]) {
    const values = Float32Array.from(
      { length: 300 },
      () => Math.round((random() - 0.5) * levels) / 3,
    );
    for (const k of [0, 1, 7, 150, 299, 300, 1000]) {
      const expected = sorted(values, k);
      assertEquals(taken(values, k, false), expected);
      assertEquals(taken(values, k, true), expected);
      const row = rowScratch(values.length);
      row.values.set(values);
      const kept = strongestOfRow(row, { count: values.length, k });
      assertEquals(Array.from(row.indices.subarray(0, kept)), expected);
    }
  }
});

Deno.test("values that differ in their last bit are distinguished", () => {
  const next = new Float32Array(Uint32Array.of(0x3f800001).buffer)[0];
  assertEquals(taken(Float32Array.of(1, next, 1, -next), 2, false), [1, 3]);
});

Deno.test("only non-zero candidates are selected", () => {
  const values = Float32Array.of(9, 0, 2, -0, 3);
  const indices = Uint32Array.of(4, 3, 2, 1);
  assertEquals(strongest(indices, values, { count: 4, k: 3 }), 2);
  assertEquals(indices.subarray(0, 2), Uint32Array.of(2, 4));
});
