/** Blends candidates of different families: weighted sums of their rows, served as one matrix. */
import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { blend, type Recipe } from "./model_spec.ts";
import { PLAIN } from "../algorithms/training_set.ts";
import { advantage, best, familyOf, type Hall, PROMISING, type Trial } from "./trials.ts";

/**
 * Candidates below this share of the leader are not refitted with its history weighting. On
 * MovieLens-small item-kNN, a tenth behind, won on validation by chance and lost on the test part.
 */
const NEAR = 0.9;
/** Maximum number of algorithms of other families blended with the leader. */
const PARTNERS = 3;
/** Shares of the leader tried in a blend of two. */
const SHARES = [0.75, 0.5, 0.25];
/** How far the shares of a blend are moved towards equal ones, the farthest first. */
const EVENNESS = [1, 0.5];

/** Maximum number of blends of two, for the cost of evaluating them. */
export const PAIRS = PARTNERS * SHARES.length;

/**
 * Tries blends of the leader with the best candidates of other families, lowering the leader's
 * share as long as that helps. If a blend wins, its shares are made equal, or more nearly equal,
 * unless that is significantly worse: shares optimised on one split generalise badly, equal ones
 * well (the forecast combination puzzle, Stock and Watson 2004). More than two parts must be
 * significantly better than the best two: on Gowalla four equal parts were as good on validation,
 * and a twentieth worse on the published test.
 */
export async function tryBlends(hall: Hall): Promise<void> {
  const leader = hall.hedge ?? best(hall.trials);
  if (!leader?.weights) return;
  const { reading, parts: [{ recipe }] } = leader.choice;
  const own: Part = { recipe, rows: leader.weights, serving: leader.serving };
  let won: { of: Part[]; trial: Trial } | undefined;
  const tried = new Map<string, { of: Part[]; trial: Trial }>();
  const rowsOf = (of: Part[], shares: number[]) =>
    blend(
      of.map(({ rows }, p) => ({ rows, share: shares[p] })),
      hall.set(reading),
      hall.options.pool,
    );
  const attempt = async (of: Part[], shares: number[]): Promise<Trial | undefined> => {
    const choice = { parts: of.map(({ recipe }, p) => ({ recipe, share: shares[p] })), reading };
    const serving = of.reduce((sum, part) => sum + part.serving, 0);
    const { fits, finishing } = hall.options;
    if (fits * serving > finishing) return undefined;
    const rows = () => rowsOf(of, shares);
    const trial = await hall.tryRows("fit blend", choice, { rows, serving });
    if (trial) tried.set(shares.join(), { of, trial });
    if (trial && trial.mean > (won?.trial.mean ?? leader.mean)) won = { of, trial };
    return trial;
  };
  const helpful: Part[] = [];
  for (const partner of await partnersOf(leader, hall)) {
    let last = leader.mean;
    const pair = [own, partner];
    for (const share of SHARES) {
      const trial = await attempt(pair, [share, 1 - share]);
      if (!trial || trial.mean <= last) break;
      last = trial.mean;
    }
    if (last > leader.mean) helpful.push(partner);
  }
  if (!won) return;
  const pair = won;
  if (helpful.length > 1) {
    const shares = [0.5, ...helpful.map(() => 0.5 / helpful.length)];
    const many = await attempt([own, ...helpful], shares);
    if (many && advantage(many, pair.trial).low <= 0) won = pair;
  }
  const { of, trial } = won;
  hall.hedge = trial;
  const found = trial.choice.parts.map(({ share }) => share);
  for (const part of EVENNESS) {
    const shares = found.map((share) =>
      Math.round(1000 * (share + part * (1 / of.length - share))) / 1000
    );
    const known = tried.get(shares.join());
    const hedged = known?.of === of ? known.trial : await attempt(of, shares);
    if (!hedged) return;
    if (advantage(hedged, trial).high >= 0) {
      hedged.weights ??= await rowsOf(of, shares); // rows of earlier trials are dropped
      hall.hedge = hedged;
      return;
    }
  }
}

/** A part of a blend. */
interface Part {
  recipe: Recipe;
  rows: SparseRows;
  /** Estimated seconds of fitting it once more for serving. */
  serving: number;
}

/** Returns the best of other families close to the leader, with the leader's history weighting. */
async function partnersOf(leader: Trial, hall: Hall): Promise<Part[]> {
  const { reading } = leader.choice;
  const near = hall.leaders().filter((trial) =>
    familyOf(trial) !== familyOf(leader) && trial.mean >= PROMISING * leader.mean
  );
  if (reading.signal === PLAIN.signal) {
    return near.slice(0, PARTNERS).map(({ choice, weights, serving }) => ({
      recipe: choice.parts[0].recipe,
      rows: weights!,
      serving,
    }));
  }
  // Candidates learned from equally weighted interactions: refit them by value.
  const parts: Part[] = [];
  const [plainest] = hall.leaders();
  const nearest = near.filter(({ mean }) => mean >= NEAR * plainest.mean);
  for (const { choice: { parts: [{ recipe }] }, place, cost } of nearest.slice(0, PARTNERS)) {
    const refitted = await hall.tryRecipe({ ...recipe, place: place!, cost }, reading);
    if (refitted) parts.push({ recipe, rows: refitted.weights!, serving: refitted.serving });
  }
  return parts;
}
