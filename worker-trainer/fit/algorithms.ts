import type { Algorithm } from "./algorithm.ts";
import { ease } from "./ease.ts";
import { ials } from "./ials.ts";
import { itemKnn } from "./item_knn.ts";
import { lowPass } from "./low_pass.ts";
import { popularity } from "./popularity.ts";
import { rp3beta } from "./rp3beta.ts";
import { turboCf } from "./turbo_cf.ts";

/** What learns from interactions, cheap first: the order in which candidates are tried. */
export const ALGORITHMS: readonly Algorithm[] = [
  popularity,
  itemKnn,
  rp3beta,
  turboCf,
  ease,
  lowPass,
  ials,
];
