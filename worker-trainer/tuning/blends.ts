/** Blends candidates of different families: weighted sums of their rows, served as one matrix. */
import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Configuration } from "../algorithms/algorithm.ts";
import { blendRows } from "./model_spec.ts";
import { EQUAL_WEIGHTING } from "../algorithms/training_set.ts";
import {
  familyOf,
  learnsOrder,
  pairedDifference,
  PROMISING,
  type Trial,
  type Trials,
} from "./trials.ts";

/**
 * Candidates below this share of the leader are not refitted with its history weighting. On
 * MovieLens-small item-kNN and RP3β, a tenth behind, won on the validation set by chance, and lost
 * on the test set.
 */
const NEAR = 0.93;
/** Maximum number of algorithms of other families blended with the leader. */
const PARTNERS = 3;
/** Shares of the leader and of its partner tried after equal ones. */
const UNEQUAL = [0.75, 0.25];
/** How far the shares of a blend are moved towards equal ones, the farthest first. */
const EVENNESS = [1, 0.5];
/**
 * A blend that is better by less is not clearly better, however many users are evaluated: on
 * Gowalla 1.4 % on validation, with unequal shares, were a loss of 1.5 % on the published test.
 */
const CLEARLY = 1.02;

/** Maximum number of blends of two, for the cost of evaluating them. */
export const PAIRS = 2 * PARTNERS;

/**
 * Tries blends of a trial with the best candidates of other families that ignore order, in equal
 * shares, or where that does not help, with less of the other; and so the best pair in any case.
 * Returns the one to select, with its rows, or the trial itself. The partner that ranks best by
 * itself is kept unless another is clearly better, since equally good blends differ by chance. If a
 * blend wins, its shares are made equal, or more nearly equal, unless that is clearly worse: shares
 * optimised on one split generalise badly, equal ones well (the forecast combination puzzle, Stock
 * and Watson 2004). More than two parts must be clearly better than the best two: on Gowalla four
 * equal parts were as good on validation, and a twentieth worse on the published test.
 */
export async function tryBlends(leader: Trial, trials: Trials): Promise<Trial> {
  if (!leader.weights) return leader;
  const { weighting, parts: [{ configuration }] } = leader.spec;
  const leading: BlendPart = {
    configuration,
    rows: leader.weights,
    refitSeconds: leader.refitSeconds,
  };
  let winner: { parts: BlendPart[]; trial: Trial } | undefined;
  const tried: { parts: BlendPart[]; shares: number[]; trial: Trial }[] = [];
  const blendedRows = (parts: BlendPart[], shares: number[]) =>
    blendRows(
      parts.map(({ rows }, p) => ({ rows, share: shares[p] })),
      trials.set(weighting),
      trials.options.pool,
    );
  const tryShares = async (parts: BlendPart[], shares: number[]): Promise<Trial | undefined> => {
    const spec = {
      parts: parts.map(({ configuration }, p) => ({ configuration, share: shares[p] })),
      weighting,
    };
    const refitSeconds = parts.reduce((sum, part) => sum + part.refitSeconds, 0);
    const { fits, finishing } = trials.options;
    if (fits * refitSeconds > finishing) return undefined;
    const rows = () => blendedRows(parts, shares);
    const trial = await trials.tryRows("fit blend", spec, { rows, refitSeconds });
    if (trial) tried.push({ parts, shares, trial });
    if (trial && isBetter(trial, parts)) winner = { parts, trial };
    return trial;
  };
  const isBetter = (trial: Trial, parts: BlendPart[]) =>
    trial.ndcg > (winner?.trial.ndcg ?? leader.ndcg) &&
    (!winner || winner.parts === parts || isClearlyBetter(trial, winner.trial));
  const helpful: BlendPart[] = [];
  for (const partner of await partnersOf(leader, trials)) {
    const pair = [leading, partner];
    const equal = await tryShares(pair, [0.5, 0.5]);
    const helps = (trial?: Trial) => trial !== undefined && trial.ndcg > leader.ndcg;
    if (helps(equal) || equal && helps(await tryShares(pair, UNEQUAL))) helpful.push(partner);
  }
  if (!winner) {
    leader.weights = leading.rows; // dropped if the leader is not the best
    return leader;
  }
  const { trial: equal, parts: ofPair } = winner;
  if (equal.spec.parts[0].share === 0.5) await tryShares(ofPair, UNEQUAL);
  if (helpful.length > 1) {
    const shares = [0.5, ...helpful.map(() => 0.5 / helpful.length)];
    await tryShares([leading, ...helpful], shares);
  }
  const { parts, trial } = winner;
  const withRows = async (chosen: Trial, shares: number[]) => {
    chosen.weights ??= await blendedRows(parts, shares); // rows of earlier trials are dropped
    return chosen;
  };
  const bestShares = trial.spec.parts.map(({ share }) => share);
  for (const evenness of EVENNESS) {
    const shares = bestShares.map((share) =>
      Math.round(1000 * (share + evenness * (1 / parts.length - share))) / 1000
    );
    const earlier = tried.find((t) => t.parts === parts && t.shares.join() === shares.join());
    const evener = earlier ? earlier.trial : await tryShares(parts, shares);
    if (!evener) break;
    if (!isClearlyBetter(trial, evener)) return await withRows(evener, shares);
  }
  return await withRows(trial, bestShares);
}

/** Returns whether a trial ranks better, significantly and by a margin that other data keep. */
function isClearlyBetter(trial: Trial, other: Trial): boolean {
  return trial.ndcg > CLEARLY * other.ndcg && pairedDifference(trial, other).low > 0;
}

/** A part of a blend, with its rows. */
interface BlendPart {
  configuration: Configuration;
  rows: SparseRows;
  /** Estimated seconds of fitting it once more for serving. */
  refitSeconds: number;
}

/** Returns the best of other families close to the leader, with the leader's history weighting. */
async function partnersOf(leader: Trial, trials: Trials): Promise<BlendPart[]> {
  const { weighting } = leader.spec;
  const near = trials.familyLeaders().filter((trial) =>
    !learnsOrder(trial) && familyOf(trial) !== familyOf(leader) &&
    trial.ndcg >= PROMISING * leader.ndcg
  );
  if (weighting.signal === EQUAL_WEIGHTING.signal) {
    return near.slice(0, PARTNERS).map(({ spec, weights, refitSeconds }) => ({
      configuration: spec.parts[0].configuration,
      rows: weights!,
      refitSeconds,
    }));
  }
  // Candidates learned from equally weighted interactions: refit them by value.
  const parts: BlendPart[] = [];
  const [plainLeader] = trials.familyLeaders().filter((trial) => !learnsOrder(trial));
  const nearest = near.filter(({ ndcg }) => ndcg >= NEAR * plainLeader.ndcg);
  for (const { spec: { parts: [{ configuration }] }, index, cost } of nearest.slice(0, PARTNERS)) {
    const refitted = await trials.tryCandidate(
      { configuration, index: index!, cost },
      weighting,
    );
    if (refitted) {
      parts.push({ configuration, rows: refitted.weights!, refitSeconds: refitted.refitSeconds });
    }
  }
  return parts;
}
