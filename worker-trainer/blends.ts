/** Blends of what found much by different ways: rows are added up, and served as one matrix. */
import type { SparseRows } from "../functions/recommender/model/model.ts";
import { blend, type Recipe } from "./choice.ts";
import { PLAIN } from "./fit/training_set.ts";
import { advantage, best, familyOf, type Hall, PROMISING, type Trial } from "./hall.ts";

/**
 * What stays below this share of the leader is not learned again by the leader's reading. On
 * MovieLens-small item-kNN, a tenth behind, won on validation by chance and lost on the test part.
 */
const NEAR = 0.9;
/** Algorithms of other families that are blended with the leader, at most. */
const PARTNERS = 3;
/** The leader's shares that are tried in a blend of two. */
const SHARES = [0.75, 0.5, 0.25];
/** How far the shares of a blend are moved to equal ones, the farthest first. */
const EVENNESS = [1, 0.5];

/** Blends of two that are tried at most: what their judging counts. */
export const PAIRS = PARTNERS * SHARES.length;

/**
 * Blends of the leader with the best of other families, the leader's share falling as long as that
 * helps. Where blending wins, the shares are made equal, or at least more so, unless that ranks worse
 * beyond chance: shares that one split found best carry over badly to more data, equal ones well (the
 * combination puzzle of forecasting, Stock and Watson 2004). More than two parts must rank better than
 * the best two beyond chance: on Gowalla four even parts were as good on validation, and by a
 * twentieth worse on the published test.
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
      hedged.weights ??= await rowsOf(of, shares); // what was tried a while ago is forgotten
      hall.hedge = hedged;
      return;
    }
  }
}

/** What is blended. */
interface Part {
  recipe: Recipe;
  rows: SparseRows;
  /** Seconds that fitting it to be served takes. */
  serving: number;
}

/** The best of other families that come near the leader, fitted by the leader's reading. */
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
  // What was learned from all that was liked alike must be learned again.
  const parts: Part[] = [];
  const [plainest] = hall.leaders();
  const nearest = near.filter(({ mean }) => mean >= NEAR * plainest.mean);
  for (const { choice: { parts: [{ recipe }] }, place, cost } of nearest.slice(0, PARTNERS)) {
    const refitted = await hall.tryRecipe({ ...recipe, place: place!, cost }, reading);
    if (refitted) parts.push({ recipe, rows: refitted.weights!, serving: refitted.serving });
  }
  return parts;
}
