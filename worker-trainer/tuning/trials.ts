/** Runs trials: fits candidates, evaluates them on the validation part, and keeps the results. */
import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Choice, Lesson } from "./model_spec.ts";
import type { Interactions } from "../dataset/dataset.ts";
import { random } from "../dataset/random.ts";
import type { Interval } from "../../functions/recommender/report/report.ts";
import { confidenceInterval } from "../metrics/confidence.ts";
import { evaluate } from "../metrics/evaluate.ts";
import type { Algorithm, Cost, Engines } from "../algorithms/algorithm.ts";
import { rankable } from "../algorithms/assemble.ts";
import type { Planned } from "./plan.ts";
import { servedRows } from "../algorithms/served_rows.ts";
import { PLAIN, type Reading, type TrainingSet, trainingSet } from "../algorithms/training_set.ts";
import { giveBack } from "../threads/give_back.ts";
import type { Meter } from "./progress.ts";

/** Training data with the validation part and its users. */
export interface Examination extends Lesson {
  held: Interactions;
  judges: Uint32Array;
}

export interface SearchOptions extends Engines {
  planned: Planned[];
  meter: Meter;
  /** Returns the seconds left for the search and all later steps. */
  secondsLeft: () => number;
  /** How often the selected model is fitted after the search. */
  fits: number;
  /** Cost of the evaluations after the search, as a multiple of evaluating a candidate. */
  judgings: number;
  /** Estimated seconds after which no further hyperparameters are tried. */
  searching: number;
  /** Maximum seconds of all fits of a blend after the search. */
  finishing: number;
}

/** An algorithm below this share of the best is not tried with other hyperparameters. */
export const PROMISING = 0.75;
/** Nor are hyperparameters beyond ones that fell below this share of the algorithm's best. */
const FALLING = 0.97;
/** Nor is an algorithm below this share of another of its family, which ranks similarly. */
const BEHIND = 0.93;
/** Cost of evaluating a candidate, in addition to its fit, in seconds. */
export const JUDGING = 0.1;

/** An evaluated candidate. */
export interface Trial {
  choice: Choice;
  /** Index of its hyperparameters among its algorithm's configurations; absent for others. */
  place?: number;
  /** NDCG@10 on validation. */
  mean: number;
  /** NDCG@10 of each validation user. */
  users: Float64Array;
  cost: Cost;
  seconds: number;
  /** Seconds of fitting it once for serving, estimated or measured. */
  serving: number;
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
export class Hall {
  readonly trials: Trial[] = [];
  /** Candidates skipped for lack of time. */
  readonly unreached: (Planned & { skipped: string })[] = [];
  /** The trial to select, even if another one is better on validation. */
  hedge?: Trial;
  /** Maximum seconds of evaluating a candidate so far. */
  #judging = 0;
  #sets = new Map<string, TrainingSet>();

  constructor(readonly examination: Examination, readonly options: SearchOptions) {}

  /** Fits and evaluates a configuration; returns undefined if time is up. */
  async tryRecipe(recipe: Planned, reading: Reading): Promise<Trial | undefined> {
    const { algorithm, parameters, cost, place } = recipe;
    const { dense, pool } = this.options;
    if (!this.#inTime(cost.seconds, cost.seconds)) {
      this.unreached.push({ ...recipe, skipped: "The time that the search may take was up." });
      return undefined;
    }
    const choice = { parts: [{ recipe: { algorithm, parameters }, share: 1 }], reading };
    try {
      return await this.#judge(
        { choice, cost, place },
        {
          stage: `fit ${algorithm.name}`,
          fit: (progress) =>
            algorithm.fit(this.set(reading), parameters, { dense, pool, progress }),
          serving: (seconds) => Math.max(cost.seconds, seconds),
        },
      );
    } catch (error) {
      if (!(error instanceof TimeUp)) throw error;
      this.unreached.push({ ...recipe, skipped: "The time that the search may take ended it." });
      return undefined;
    }
  }

  /**
   * Evaluates rows that exist or are quickly computed. Returns undefined if time is up, or would be
   * before such a model is served.
   * @param serving seconds of fitting it for serving.
   */
  async tryRows(
    stage: string,
    choice: Choice,
    { rows, serving }: { rows: () => SparseRows | Promise<SparseRows>; serving: number },
  ): Promise<Trial | undefined> {
    if (!this.#inTime(0, serving)) return undefined;
    return await this.#judge({ choice, cost: FREE }, { stage, fit: rows, serving: () => serving });
  }

  /** Returns whether `seconds` are left, and then enough to fit and evaluate the selected model. */
  #inTime(seconds: number, serving: number): boolean {
    const { secondsLeft, fits, judgings } = this.options;
    const chosen = (this.hedge ?? best(this.trials))?.serving ?? 0;
    const afterwards = fits * Math.max(serving, chosen) + judgings * this.#judging;
    return seconds + afterwards <= secondsLeft();
  }

  /** Returns the training set with a history weighting; the latest is cached. */
  set(reading: Reading): TrainingSet {
    const key = JSON.stringify(reading);
    const known = this.#sets.get(key);
    if (known) return known;
    const { interactions, items } = this.examination;
    const made = trainingSet(interactions, { items, reading });
    this.#sets = new Map([[key, made]]);
    return made;
  }

  /** The trials that are not blends: a blend is selected only as `hedge`. */
  alone(): Trial[] {
    return this.trials.filter(({ choice }) => choice.parts.length === 1);
  }

  /** Returns the reason to prune a configuration, or undefined. Needs a trial of its algorithm. */
  hopeless({ algorithm, place }: Planned): string | undefined {
    const trials = this.trials.filter((t) =>
      t.place !== undefined && t.choice.parts[0].recipe.algorithm === algorithm
    );
    const [own, top] = [best(trials), best(this.trials)];
    if (!own || !top) return undefined;
    if (trials.length > 1 && own.mean < PROMISING * top.mean) {
      return "Its other settings came nowhere near the best.";
    }
    if (own.mean < BEHIND * this.#bestOfFamily(algorithm.family)) {
      return "Another algorithm of its family is well ahead.";
    }
    const between = trials.filter(({ place: p }) => (p! - own.place!) * (place - p!) > 0);
    // One trial clearly below the best, or two that did not improve on it.
    if (between.length > 1 || between.some(({ mean }) => mean < FALLING * own.mean)) {
      return "A setting between it and the best of its kind was worse.";
    }
  }

  /** Estimated seconds of all trials. */
  get spent(): number {
    return this.trials.reduce((sum, { cost }) => sum + cost.seconds, 0);
  }

  /** Returns the best mean NDCG of an algorithm without blending, or 0. */
  bestOf(algorithm: Algorithm): number {
    const trials = this.alone().filter(({ choice }) =>
      choice.parts[0].recipe.algorithm === algorithm
    );
    return best(trials)?.mean ?? 0;
  }

  #bestOfFamily(family: Algorithm["family"]): number {
    return best(this.alone().filter((trial) => familyOf(trial) === family))?.mean ?? 0;
  }

  /** Returns the best trial of each family except popularity, the best family first. */
  leaders(): Trial[] {
    const singles = this.trials.filter(({ choice: { parts, reading } }) =>
      parts.length === 1 && reading === PLAIN && parts[0].recipe.algorithm.family !== "popularity"
    );
    const families = new Set(singles.map(familyOf));
    return [...families].map((family) => best(singles.filter((t) => familyOf(t) === family))!)
      .sort((a, b) => b.mean - a.mean);
  }

  async #judge(
    { choice, cost, place }: Pick<Trial, "choice" | "cost" | "place">,
    { stage, fit, serving }: {
      stage: string;
      fit: (progress: (share: number) => void) => SparseRows | Promise<SparseRows>;
      /** Called with the seconds of the fit. */
      serving: (seconds: number) => number;
    },
  ): Promise<Trial> {
    const { held, judges } = this.examination;
    const { meter } = this.options;
    return await meter.step(stage, cost.seconds + JUDGING, async (tell) => {
      const start = performance.now();
      const weights = await fit((share) => {
        tell(share);
        if (!this.#inTime(0, 0)) throw new TimeUp();
      });
      const fitting = (performance.now() - start) / 1000;
      const set = this.set(choice.reading);
      const { popularity, histories } = set;
      const served = await servedRows(weights, set, this.options.pool);
      const model = rankable({ weights: served, popularity, histories });
      const { metrics: { ndcg }, ndcg: users } = await evaluate(
        model,
        { held, users: judges, short: true },
        this.options.pool,
      );
      const seconds = (performance.now() - start) / 1000;
      this.#judging = Math.max(this.#judging, seconds - fitting);
      const peakBytes = meter.peakBytes;
      const trial = {
        ...{ choice, place, mean: ndcg, users, cost, seconds, peakBytes, weights },
        serving: serving(fitting),
      };
      this.trials.push(trial);
      this.#forget(trial);
      if (cost.bytes > LARGE) await giveBack(this.options.pool);
      return trial;
    });
  }

  /** Drops the rows of trials, which are large, except of the leaders, the best and the last. */
  #forget(last: Trial): void {
    const needed = new Set([
      ...this.leaders(),
      best(this.trials),
      best(this.alone()),
      this.hedge,
      last,
    ]);
    for (const trial of this.trials) if (!needed.has(trial)) trial.weights = undefined;
  }
}

export function familyOf({ choice }: Trial): string {
  return choice.parts[0].recipe.algorithm.family;
}

export function best(trials: Trial[]): Trial | undefined {
  return trials.reduce<Trial | undefined>(
    (top, trial) => top && top.mean >= trial.mean ? top : trial,
    undefined,
  );
}

/** Returns the 95 % interval of the paired difference in NDCG of two trials over the same users. */
export function advantage(one: Trial, other: Trial): Interval {
  return confidenceInterval(one.users.map((ndcg, u) => ndcg - other.users[u]), random(SEED));
}
