/** The search for the choice that ranks best, judged on what it has not seen. */
import type { SparseRows } from "../functions/recommender/model/model.ts";
import { blend, type Choice, describe, type Lesson, type Recipe } from "./choice.ts";
import type { Interactions } from "./dataset/dataset.ts";
import { random } from "./dataset/random.ts";
import { confidenceInterval, type Interval } from "./evaluate/confidence.ts";
import type { Candidate, Run } from "./evaluate/report.ts";
import type { Cost } from "./fit/algorithm.ts";
import { CONTENT_SHARES, DEFAULT_CONTENT_SHARE, hybridRows } from "./fit/hybrid.ts";
import type { Planned } from "./fit/plan.ts";
import { servedRows } from "./fit/served_rows.ts";
import { PLAIN, ratingsVary, timesVary } from "./fit/training_set.ts";
import {
  best,
  type Examination,
  familyOf,
  Hall,
  JUDGING,
  PROMISING,
  type SearchOptions,
  type Trial,
} from "./hall.ts";

/** What the search found, with all that it tried. */
export interface Found {
  choice: Choice;
  candidates: Candidate[];
  timings: Run["candidates"];
  /** Whether time was up before all was tried that was planned. */
  budgetHit: boolean;
}

/** The other signals of ratings that the leader is tried with. */
const SIGNALS = ["liked", "valued"] as const;
/** Places after which an interaction counts half, where times tell the order. */
const HALF_LIVES = [100, 20, 5];
/** Nor learned again by the leader's reading, for a blend, one that stays below this share of it. */
const NEAR = 0.85;
/** Algorithms of other families that are blended with the leader, at most. */
const PARTNERS = 3;
/** The leader's shares that are tried in a blend of two. */
const SHARES = [0.75, 0.5, 0.25];
/** How far the shares of a blend are moved to equal ones, the farthest first. */
const EVENNESS = [1, 0.5];
const SEED = 1;

/** The estimated cost of a whole search, in seconds: what its progress is measured by. */
export function searchCost(
  planned: Planned[],
  { interactions, hybrid }: { interactions: Interactions; hybrid: boolean },
): number {
  const tried = planned.filter(({ skipped }) => !skipped).map(({ cost }) => cost.seconds + JUDGING);
  const signals = ratingsVary(interactions) ? SIGNALS.length * Math.max(0, ...tried) : 0;
  const judged = PARTNERS * SHARES.length + (hybrid ? CONTENT_SHARES.length : 0) +
    (timesVary(interactions) ? HALF_LIVES.length : 0);
  return tried.reduce((sum, cost) => sum + cost, signals) + judged * JUDGING;
}

/**
 * Tries what is planned and gives the best by NDCG@10; of equals the one tried first, which is the
 * cheapest. In rounds: the likeliest settings of each algorithm; their other settings, of the best
 * algorithm first; how the leader best reads histories; blends of the leader with the best of other
 * families; for a hybrid, the winner with several shares of content.
 */
export async function search(examination: Examination, options: SearchOptions): Promise<Found> {
  const { interactions, content, judges } = examination;
  const { planned, meter } = options;
  const hall = new Hall(examination, options);
  const done = meter.done;
  const cost = searchCost(planned, { interactions, hybrid: content !== undefined });
  const skipped: (Planned & { skipped: string })[] = [];
  const attempt = async (recipe: Planned, enough?: string) => {
    const reason = judges.length === 0
      ? "No user has items to judge it by."
      : recipe.skipped ?? hall.hopeless(recipe) ?? enough;
    if (reason) skipped.push({ ...recipe, skipped: reason });
    else await hall.tryRecipe(recipe, PLAIN);
  };
  const [likeliest, further] = inTurns(planned);
  for (const recipe of likeliest) await attempt(recipe);
  const merit = new Map(likeliest.map(({ algorithm }) => [algorithm, hall.bestOf(algorithm)]));
  further.sort((a, b) => merit.get(b.algorithm)! - merit.get(a.algorithm)!);
  for (const recipe of further) {
    const enough = hall.spent + recipe.cost.seconds > options.searching
      ? "What was tried took the time that a search for settings may take."
      : undefined;
    await attempt(recipe, enough);
  }
  await tryReadings(hall, interactions);
  await tryBlends(hall);
  if (content) await tryContent(hall, content);
  meter.skipTo(done + cost);

  const eligible = content
    ? hall.trials.filter(({ choice }) => choice.contentShare !== undefined)
    : hall.alone();
  const unjudged: Choice = {
    ...(hall.hedge ?? best(hall.alone()))?.choice ??
      { parts: [{ recipe: planned[0], share: 1 }], reading: PLAIN },
    ...(content && { contentShare: DEFAULT_CONTENT_SHARE }),
  };
  const left = [...skipped, ...hall.unreached].map((recipe) => ({
    choice: { parts: [{ recipe, share: 1 }], reading: PLAIN },
    cost: recipe.cost,
    skipped: recipe.skipped,
  }));
  return {
    choice: (content ? best(eligible) : hall.hedge ?? best(eligible))?.choice ?? unjudged,
    candidates: [
      ...hall.trials.map(({ choice, mean }) => ({ ...describe(choice), validation_ndcg: mean })),
      ...left.map(({ choice, skipped }) => ({ ...describe(choice), skipped })),
    ],
    timings: [
      ...hall.trials.map(({ choice, cost, seconds, peakBytes }) => ({
        ...describe(choice),
        ...estimates(cost),
        seconds,
        peak_bytes: peakBytes,
      })),
      ...left.map(({ choice, cost }) => ({ ...describe(choice), ...estimates(cost) })),
    ],
    budgetHit: hall.unreached.length > 0,
  };
}

/** The first recipe of each algorithm that may be tried, and all others. */
function inTurns(planned: Planned[]): [Planned[], Planned[]] {
  const first = new Map<Planned["algorithm"], Planned>();
  for (const recipe of planned) {
    if (!recipe.skipped && !first.has(recipe.algorithm)) first.set(recipe.algorithm, recipe);
  }
  const isFirst = (recipe: Planned) => first.get(recipe.algorithm) === recipe;
  return [planned.filter(isFirst), planned.filter((recipe) => !isFirst(recipe))];
}

/** The leader with other readings of its histories: of ratings first, then of age. */
async function tryReadings(hall: Hall, interactions: Interactions): Promise<void> {
  const leader = hall.leaders()[0];
  if (!leader) return;
  const { recipe } = leader.choice.parts[0];
  if (ratingsVary(interactions)) {
    for (const signal of SIGNALS) {
      await hall.tryRecipe({ ...recipe, place: leader.place!, cost: leader.cost }, { signal });
    }
  }
  if (timesVary(interactions)) {
    const { choice, weights, mean, serving } = best(hall.trials)!;
    let last = mean;
    for (const halfLife of HALF_LIVES) {
      const reading = { ...choice.reading, halfLife };
      const rows = () => weights!;
      const trial = await hall.tryRows("fit recency", { ...choice, reading }, { rows, serving });
      // Once ageing faster is worse, still faster is not better.
      if (!trial || trial.mean < last) break;
      last = trial.mean;
    }
  }
}

/**
 * Blends of the leader with the best of other families, the leader's share falling as long as that
 * helps. Where blending wins, the shares are made equal, or at least more so, unless that ranks worse
 * beyond chance: shares that one split found best carry over badly to more data, equal ones well (the
 * combination puzzle of forecasting, Stock and Watson 2004). More than two parts must rank better than
 * the best two beyond chance: on Gowalla four even parts were as good on validation, and by a
 * twentieth worse on the published test.
 */
async function tryBlends(hall: Hall): Promise<void> {
  const leader = best(hall.trials);
  if (!leader?.weights) return;
  const { reading, parts: [{ recipe }] } = leader.choice;
  const own: Part = { recipe, rows: leader.weights, serving: leader.serving };
  let won: { of: Part[]; trial: Trial } | undefined;
  const tried = new Map<string, { of: Part[]; trial: Trial }>();
  const rowsOf = (of: Part[], shares: number[]) =>
    blend(of.map(({ rows }, p) => ({ rows, share: shares[p] })), hall.set(reading));
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
    if (many && interval(many, pair.trial).low <= 0) won = pair;
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
    if (interval(hedged, trial).high >= 0) {
      hedged.weights ??= rowsOf(of, shares); // what was tried a while ago is forgotten
      hall.hedge = hedged;
      return;
    }
  }
}

/** The 95 % interval of how much better one trial ranks than another, by the same judges. */
function interval(one: Trial, other: Trial): Interval {
  return confidenceInterval(one.users.map((ndcg, u) => ndcg - other.users[u]), random(SEED));
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
  if (reading.signal === "all") {
    return near.slice(0, PARTNERS).map(({ choice, weights, serving }) => ({
      recipe: choice.parts[0].recipe,
      rows: weights!,
      serving,
    }));
  }
  // What was learned from all interactions must be learned again.
  const parts: Part[] = [];
  const [plainest] = hall.leaders();
  const nearest = near.filter(({ mean }) => mean >= NEAR * plainest.mean);
  for (const { choice: { parts: [{ recipe }] }, place, cost } of nearest.slice(0, PARTNERS)) {
    const refitted = await hall.tryRecipe({ ...recipe, place: place!, cost }, reading);
    if (refitted) parts.push({ recipe, rows: refitted.weights!, serving: refitted.serving });
  }
  return parts;
}

/** The winner with several shares of content. */
async function tryContent(hall: Hall, content: NonNullable<Lesson["content"]>): Promise<void> {
  const base = hall.hedge ?? best(hall.alone());
  if (!base) return;
  const set = hall.set(base.choice.reading);
  let rows: ((share: number) => SparseRows) | undefined;
  for (const contentShare of CONTENT_SHARES) {
    await hall.tryRows("fit hybrid", { ...base.choice, contentShare }, {
      serving: base.serving,
      rows: () => {
        rows ??= hybridRows({ weights: servedRows(base.weights!, set), content }, set);
        return rows(contentShare);
      },
    });
  }
}

function estimates(
  { seconds, bytes }: Cost,
): { estimated_seconds: number; estimated_bytes: number } {
  return { estimated_seconds: seconds, estimated_bytes: bytes };
}
