/** Runs trials: fits candidates, evaluates them on the validation set, and keeps the results. */
import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { ModelSpec, TrainingData } from "./model_spec.ts";
import { NotPositiveDefiniteError } from "../linalg/inverse_of_factor.ts";
import type { Interactions } from "../dataset/dataset.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import type { Interval } from "../../functions/recommender/report/report.ts";
import { confidenceInterval } from "../metrics/confidence.ts";
import { evaluate } from "../metrics/evaluate.ts";
import type { AnyAlgorithm, Cost, Engines, Family } from "../algorithms/algorithm.ts";
import { rankableModel } from "../algorithms/assemble.ts";
import type { PlannedCandidate } from "./plan.ts";
import { servedRows } from "../algorithms/served_rows.ts";
import {
  type HistoryWeighting,
  type TrainingSet,
  trainingSet,
} from "../algorithms/training_set.ts";
import { cpuSeconds } from "../runtime/cpu_seconds.ts";
import { releaseMemory } from "../threads/release_memory.ts";
import type { ProgressTracker } from "./progress_tracker.ts";

/** Training data with the validation set and its users. */
export interface ValidationTask extends TrainingData {
  held: Interactions;
  validationUsers: Uint32Array;
}

export interface SearchOptions extends Engines {
  planned: PlannedCandidate[];
  tracker: ProgressTracker;
  /** Returns the seconds left for the search and all later steps. */
  secondsLeft: () => number;
  /** How often the selected model is fitted after the search. */
  fits: number;
  /** Cost of the evaluations after the search, as a multiple of evaluating a candidate. */
  evaluations: number;
  /** Estimated seconds after which no further hyperparameters are tried. */
  searching: number;
  /** Maximum seconds of all fits of a blend after the search. */
  finishing: number;
}

/** A candidate below this share of the best is not blended with it. */
export const PROMISING = 0.75;
/**
 * An algorithm below this share of the best is not tried with other hyperparameters: those tried
 * first are the likeliest, and others rank at most some percent better.
 */
const REACHABLE = 0.8;
/** Nor are hyperparameters that take so many times as long, unless it is the best of its family. */
const SLOWER = 3;
/** Nor are hyperparameters beyond ones that fell below this share of the algorithm's best. */
const FALLING = 0.97;
/** Nor is an algorithm below this share of another of its family, which ranks similarly. */
const BEHIND = 0.93;
/** Cost of evaluating a candidate, in addition to its fit, in seconds. */
export const EVALUATION_SECONDS = 0.1;

/** An evaluated candidate. */
export interface Trial {
  spec: ModelSpec;
  /** Index of its hyperparameters among its algorithm's configurations; absent for others. */
  index?: number;
  /** NDCG@10 on validation. */
  ndcg: number;
  /** NDCG@10 of each validation user. */
  userNdcg: Float64Array;
  cost: Cost;
  seconds: number;
  /** CPU seconds of all threads. */
  cpuSeconds: number;
  /** Seconds of fitting it once for serving, estimated or measured. */
  refitSeconds: number;
  peakBytes: number;
  /** Its rows, while they may be needed. */
  weights?: SparseRows;
}

/** Estimated bytes of a fit above which memory is returned to the system after it. */
const LARGE = 2e8;
const SEED = 1;
const FREE: Cost = { seconds: 0, bytes: 0 };

/** Ends a fit that exceeds the time limit. */
class TimeUp extends Error {}

/** The trials of a search. */
export class Trials {
  readonly all: Trial[] = [];
  /** Candidates skipped for lack of time. */
  readonly outOfTime: (PlannedCandidate & { skipped: string })[] = [];
  /** Candidates whose fit the data did not allow. */
  readonly failed: (PlannedCandidate & { skipped: string })[] = [];
  /** The trial to select so far, even if another one is better on validation. */
  preferred?: Trial;
  /** Maximum seconds of evaluating a candidate so far. */
  #evaluationSeconds = 0;
  #sets = new Map<string, TrainingSet>();

  constructor(readonly task: ValidationTask, readonly options: SearchOptions) {}

  /** Fits and evaluates a configuration; returns undefined if time is up or the fit fails. */
  async tryCandidate(
    candidate: PlannedCandidate,
    weighting: HistoryWeighting,
  ): Promise<Trial | undefined> {
    const { configuration, cost, index } = candidate;
    const { dense, pool } = this.options;
    if (!this.#inTime(cost.seconds, cost.seconds)) {
      this.outOfTime.push({ ...candidate, skipped: "The time budget of the search was used up." });
      return undefined;
    }
    const spec = { parts: [{ configuration, share: 1 }], weighting };
    try {
      return await this.#evaluate(
        { spec, cost, index },
        {
          stage: `fit ${configuration.algorithm.name}`,
          fit: (progress) => configuration.fit(this.set(weighting), { dense, pool, progress }),
          refitSeconds: (seconds) => Math.max(cost.seconds, seconds),
        },
      );
    } catch (error) {
      if (error instanceof NotPositiveDefiniteError) {
        this.failed.push({
          ...candidate,
          skipped: "Its equations have no solution within the precision of the computation: too " +
            "many users or items have the same interactions.",
        });
        return undefined;
      }
      if (!(error instanceof TimeUp)) throw error;
      this.outOfTime.push({
        ...candidate,
        skipped: "The fit was stopped because the time budget of the search was used up.",
      });
      return undefined;
    }
  }

  /**
   * Evaluates rows that exist or are quickly computed. Returns undefined if time is up, or would be
   * before such a model is served.
   * @param refitSeconds seconds of fitting it for serving.
   */
  async tryRows(
    stage: string,
    spec: ModelSpec,
    { rows, refitSeconds }: { rows: () => SparseRows | Promise<SparseRows>; refitSeconds: number },
  ): Promise<Trial | undefined> {
    if (!this.#inTime(0, refitSeconds)) return undefined;
    return await this.#evaluate({ spec, cost: FREE }, {
      stage,
      fit: rows,
      refitSeconds: () => refitSeconds,
    });
  }

  /** Returns whether `seconds` are left, and then enough to fit and evaluate the selected model. */
  #inTime(seconds: number, refitSeconds: number): boolean {
    const { secondsLeft, fits, evaluations } = this.options;
    const chosen = (this.preferred ?? best(this.all))?.refitSeconds ?? 0;
    const afterwards = fits * Math.max(refitSeconds, chosen) +
      evaluations * this.#evaluationSeconds;
    return seconds + afterwards <= secondsLeft();
  }

  /** Returns the training set with a history weighting; the latest is cached. */
  set(weighting: HistoryWeighting): TrainingSet {
    const key = JSON.stringify(weighting);
    const cached = this.#sets.get(key);
    if (cached) return cached;
    const { interactions, items } = this.task;
    const set = trainingSet(interactions, { items, weighting });
    this.#sets = new Map([[key, set]]);
    return set;
  }

  /** The trials that are not blends: a blend is selected only as `preferred`. */
  unblended(): Trial[] {
    return this.all.filter(({ spec }) => spec.parts.length === 1);
  }

  /** Returns the reason to prune a configuration, or undefined. Needs a trial of its algorithm. */
  pruneReason({ configuration: { algorithm }, index, cost }: PlannedCandidate): string | undefined {
    const trials = this.all.filter((t) =>
      t.index !== undefined && t.spec.parts[0].configuration.algorithm === algorithm
    );
    const [own, top] = [best(trials), best(this.all)];
    if (!own || !top) return undefined;
    if (own.ndcg < REACHABLE * top.ndcg) {
      return "Its other configurations rank far below the best candidate.";
    }
    const bestOfFamily = this.#bestNdcgOfFamily(algorithm.family);
    if (own.ndcg < BEHIND * bestOfFamily) {
      return "Another algorithm of its family ranks clearly better.";
    }
    if (own.ndcg < bestOfFamily && cost.seconds > SLOWER * own.cost.seconds) {
      return "It takes several times as long as others, and another of its family ranks better.";
    }
    const between = trials.filter((t) => (t.index! - own.index!) * (index - t.index!) > 0);
    // One trial clearly below the best, or two that did not improve on it.
    if (between.length > 1 || between.some(({ ndcg }) => ndcg < FALLING * own.ndcg)) {
      return "A configuration between it and the best of its algorithm ranked worse.";
    }
  }

  /** Estimated seconds of all trials. */
  get spentSeconds(): number {
    return this.all.reduce((sum, { cost }) => sum + cost.seconds, 0);
  }

  /** Returns the best NDCG@10 of an algorithm without blending, or 0. */
  bestNdcg(algorithm: AnyAlgorithm): number {
    const trials = this.unblended().filter(({ spec }) =>
      spec.parts[0].configuration.algorithm === algorithm
    );
    return best(trials)?.ndcg ?? 0;
  }

  #bestNdcgOfFamily(family: Family): number {
    return best(this.unblended().filter((trial) => familyOf(trial) === family))?.ndcg ?? 0;
  }

  /** Returns the best trial of each family except popularity, the best family first. */
  familyLeaders(): Trial[] {
    const singles = this.all.filter((
      { spec: { parts: [{ configuration }, ...others], weighting } },
    ) =>
      others.length === 0 && weighting === configuration.algorithm.weighting &&
      configuration.algorithm.family !== "popularity"
    );
    const families = new Set(singles.map(familyOf));
    return [...families].map((family) => best(singles.filter((t) => familyOf(t) === family))!)
      .sort((a, b) => b.ndcg - a.ndcg);
  }

  async #evaluate(
    { spec, cost, index }: Pick<Trial, "spec" | "cost" | "index">,
    { stage, fit, refitSeconds }: {
      stage: string;
      fit: (progress: (share: number) => void) => SparseRows | Promise<SparseRows>;
      /** Called with the seconds of the fit. */
      refitSeconds: (seconds: number) => number;
    },
  ): Promise<Trial> {
    const { held, validationUsers } = this.task;
    const { tracker } = this.options;
    return await tracker.step(stage, cost.seconds + EVALUATION_SECONDS, async (progress) => {
      const start = performance.now();
      const cpuAtStart = cpuSeconds();
      const weights = await fit((share) => {
        progress(share);
        if (!this.#inTime(0, 0)) throw new TimeUp();
      });
      const fitting = (performance.now() - start) / 1000;
      const set = this.set(spec.weighting);
      const { popularity, histories } = set;
      const served = await servedRows(weights, set, this.options.pool);
      const model = rankableModel({ weights: served, popularity, histories });
      const { metrics: { ndcg }, ndcg: userNdcg } = await evaluate(
        model,
        { held, users: validationUsers, short: true },
        this.options.pool,
      );
      const seconds = (performance.now() - start) / 1000;
      this.#evaluationSeconds = Math.max(this.#evaluationSeconds, seconds - fitting);
      const peakBytes = tracker.peakBytes;
      const trial = {
        ...{ spec, index, ndcg, userNdcg, cost, seconds, peakBytes, weights },
        cpuSeconds: cpuSeconds() - cpuAtStart,
        refitSeconds: refitSeconds(fitting),
      };
      this.all.push(trial);
      this.#dropRows(trial);
      if (cost.bytes > LARGE) await releaseMemory(this.options.pool);
      return trial;
    });
  }

  /** Drops the rows of trials, which are large, except of the leaders, the best and the last. */
  #dropRows(last: Trial): void {
    const needed = new Set([
      ...this.familyLeaders(),
      best(this.all),
      best(this.unblended()),
      this.preferred,
      last,
    ]);
    for (const trial of this.all) if (!needed.has(trial)) trial.weights = undefined;
  }
}

export function familyOf({ spec }: Trial): string {
  return spec.parts[0].configuration.algorithm.family;
}

/** Returns whether a trial's rows, or a part of them, are learned from the order of items. */
export function learnsOrder({ spec: { parts } }: Trial): boolean {
  return parts.some(({ configuration }) => configuration.algorithm.family === "sequence");
}

export function best(trials: Trial[]): Trial | undefined {
  return trials.reduce<Trial | undefined>(
    (top, trial) => top && top.ndcg >= trial.ndcg ? top : trial,
    undefined,
  );
}

/** Returns the 95 % interval of the paired difference in NDCG of two trials over the same users. */
export function pairedDifference(a: Trial, b: Trial): Interval {
  return confidenceInterval(a.userNdcg.map((ndcg, u) => ndcg - b.userNdcg[u]), seededRandom(SEED));
}
