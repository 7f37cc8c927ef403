import type { AnyAlgorithm } from "./algorithm.ts";
import { ease } from "./ease.ts";
import { ials } from "./ials.ts";
import { itemKnn } from "./item_knn.ts";
import { lowPass } from "./low_pass.ts";
import { popularity } from "./popularity.ts";
import { rp3beta } from "./rp3beta.ts";
import { sequentialRules } from "./sequential_rules.ts";
import { turboCf } from "./turbo_cf.ts";

/** Algorithms that learn from interactions, cheapest first: the order of the trials. */
export const ALGORITHMS: readonly AnyAlgorithm[] = [
  popularity,
  itemKnn,
  rp3beta,
  turboCf,
  sequentialRules,
  ease,
  lowPass,
  ials,
];
