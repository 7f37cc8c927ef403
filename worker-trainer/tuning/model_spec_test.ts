import { assertAlmostEquals, assertEquals } from "@std/assert";
import { blend, type Choice, choiceOf, describe } from "./model_spec.ts";
import { ALGORITHMS } from "../algorithms/algorithms.ts";
import { full, rowsOf } from "../../testing/matrices.ts";
import { RowPool } from "../threads/row_pool.ts";

const named = (name: string) => ALGORITHMS.find((algorithm) => algorithm.name === name)!;
const one = (name: string, share: number) => ({
  recipe: { algorithm: named(name), parameters: named(name).recipes[0] },
  share,
});

const CHOICES: Choice[] = [
  { parts: [one("popularity", 1)], reading: { signal: "liked" } },
  { parts: [one("ease", 1)], reading: { signal: "liked", halfLife: 20 } },
  { parts: [one("rp3beta", 0.6), one("low_pass", 0.4)], reading: { signal: "liked" } },
  {
    parts: [one("ease", 0.5), one("ials", 0.3), one("item_knn", 0.2)],
    reading: { signal: "valued" },
    contentShare: 0.1,
  },
  { parts: [one("rp3beta", 1)], reading: { signal: "liked" }, contentShare: 0 },
];

Deno.test("what is described is read back", () => {
  for (const choice of CHOICES) assertEquals(choiceOf(describe(choice)), choice);
  assertEquals(describe(CHOICES[2]), {
    algorithm: "blend",
    parameters: {
      "rp3beta.alpha": 0.8,
      "rp3beta.beta": 0.2,
      "rp3beta.neighbours": 200,
      "rp3beta.share": 0.6,
      "low_pass.rank": 32,
      "low_pass.share": 0.4,
    },
  });
});

Deno.test("an algorithm of another time is no choice any more", () => {
  assertEquals(choiceOf({ algorithm: "oracle", parameters: {} }), undefined);
  const parameters = { "ease.lambda": 1, "ease.share": 0.5, "oracle.share": 0.5 };
  assertEquals(choiceOf({ algorithm: "blend", parameters }), undefined);
});

Deno.test("parts of a blend come on one scale: the mean of their rows' largest values", async () => {
  const parts = [
    { rows: rowsOf([[0, 100], [300, 0]]), share: 0.75 },
    { rows: rowsOf([[0, 2], [0, 0]]), share: 0.25 },
  ];
  const [[, upper], [lower]] = full(await blend(parts, { served: 2 }, new RowPool(1)), 2);
  assertAlmostEquals(upper, 0.75 * 100 / 200 + 0.25 * 2 / 2, 1e-6);
  assertAlmostEquals(lower, 0.75 * 300 / 200, 1e-6);
});
