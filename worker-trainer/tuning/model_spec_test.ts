import { assertAlmostEquals, assertEquals } from "@std/assert";
import { blendRows, describeSpec, type ModelSpec, parseSpec } from "./model_spec.ts";
import type { Algorithm, Hyperparameters } from "../algorithms/algorithm.ts";
import { ease } from "../algorithms/ease.ts";
import { ials } from "../algorithms/ials.ts";
import { itemKnn } from "../algorithms/item_knn.ts";
import { lowPass } from "../algorithms/low_pass.ts";
import { popularity } from "../algorithms/popularity.ts";
import { rp3beta } from "../algorithms/rp3beta.ts";
import { full, rowsOf } from "../../testing/matrices.ts";
import { RowPool } from "../threads/row_pool.ts";

/** Returns a part of a model with an algorithm's first configuration. */
const part = <P extends Hyperparameters<P>>(algorithm: Algorithm<P>, share: number) => ({
  configuration: algorithm.configure(algorithm.configurations[0]),
  share,
});

const SPECS: ModelSpec[] = [
  { parts: [part(popularity, 1)], weighting: { signal: "liked" } },
  { parts: [part(ease, 1)], weighting: { signal: "liked", halfLife: 20 } },
  { parts: [part(rp3beta, 0.6), part(lowPass, 0.4)], weighting: { signal: "liked" } },
  {
    parts: [part(ease, 0.5), part(ials, 0.3), part(itemKnn, 0.2)],
    weighting: { signal: "valued" },
    contentShare: 0.1,
  },
  { parts: [part(rp3beta, 1)], weighting: { signal: "liked" }, contentShare: 0 },
];

Deno.test("a specification is parsed back from its description", () => {
  for (const spec of SPECS) assertEquals(parseSpec(describeSpec(spec)), spec);
  assertEquals(describeSpec(SPECS[2]), {
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

Deno.test("a description with an unknown algorithm is not parsed", () => {
  assertEquals(parseSpec({ algorithm: "oracle", parameters: {} }), undefined);
  const parameters = { "ease.lambda": 1, "ease.share": 0.5, "oracle.share": 0.5 };
  assertEquals(parseSpec({ algorithm: "blend", parameters }), undefined);
});

Deno.test("invalid hyperparameters are not parsed, unknown ones are dropped", () => {
  for (const lambda of [-1, "much"]) {
    assertEquals(parseSpec({ algorithm: "ease", parameters: { lambda } }), undefined);
  }
  assertEquals(parseSpec({ algorithm: "ials", parameters: { factors: 8, lambda: 1 } }), undefined);
  const spec = parseSpec({ algorithm: "ease", parameters: { lambda: 300, signal: "all", old: 1 } });
  assertEquals(describeSpec(spec!), { algorithm: "ease", parameters: { lambda: 300 } });
});

Deno.test("the parts of a blend are scaled by the mean of their rows' maxima", async () => {
  const parts = [
    { rows: rowsOf([[0, 100], [300, 0]]), share: 0.75 },
    { rows: rowsOf([[0, 2], [0, 0]]), share: 0.25 },
  ];
  const [[, upper], [lower]] = full(await blendRows(parts, { served: 2 }, new RowPool(1)), 2);
  assertAlmostEquals(upper, 0.75 * 100 / 200 + 0.25 * 2 / 2, 1e-6);
  assertAlmostEquals(lower, 0.75 * 300 / 200, 1e-6);
});
