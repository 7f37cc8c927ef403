/** Where candidates are fitted and judged, and what is remembered of them. */
import type { SparseRows } from "../functions/recommender/model/model.ts";
import type { Choice, Lesson } from "./choice.ts";
import type { Interactions } from "./dataset/dataset.ts";
import { random } from "./dataset/random.ts";
import { confidenceInterval, type Interval } from "./evaluate/confidence.ts";
import { evaluate } from "./evaluate/evaluate.ts";
import type { Algorithm, Cost, Engines } from "./fit/algorithm.ts";
import { rankable } from "./fit/assemble.ts";
import type { Planned } from "./fit/plan.ts";
import { servedRows } from "./fit/served_rows.ts";
import { PLAIN, type Reading, type TrainingSet, trainingSet } from "./fit/training_set.ts";
import { giveBack } from "./give_back.ts";
import type { Meter } from "./meter.ts";

/** A lesson with what the users took later, and the users that judge. */
export interface Examination extends Lesson {
  held: Interactions;
  judges: Uint32Array;
}

export interface SearchOptions extends Engines {
  planned: Planned[];
  meter: Meter;
  /** Seconds that are left for the search and for what comes after it. */
  secondsLeft: () => number;
  /** How often the choice is fitted after the search. */
  fits: number;
  /** What is judged after the search takes so many times as long as judging a candidate. */
  judgings: number;
  /** Seconds, by estimate, after which no further settings are tried. */
  searching: number;
  /** Seconds that all fits of a blend after the search may take. */
  finishing: number;
}

/** An algorithm that stays below this share of the best is not tried with other settings. */
export const PROMISING = 0.75;
/** Nor is a setting behind one that fell below this share of the best of its algorithm. */
const FALLING = 0.97;
/** Nor one that is below this share of another of its family, which finds much the same. */
const BEHIND = 0.93;
/** What judging a candidate counts beside its fit, in seconds. */
export const JUDGING = 0.1;

/** A candidate that was judged. */
export interface Trial {
  choice: Choice;
  /** Where its setting stands among its algorithm's recipes; absent where it is none of them. */
  place?: number;
  /** NDCG@10 on validation. */
  mean: number;
  /** The same of each judge. */
  users: Float64Array;
  cost: Cost;
  seconds: number;
  /** Seconds that fitting it once to be served takes, by estimate or as it was seen. */
  serving: number;
  peakBytes: number;
  /** Its rows, while they may still be needed. */
  weights?: SparseRows;
}

/** Bytes, by estimate, that a fit gives back before the next begins. */
const LARGE = 2e8;
const SEED = 1;
const FREE: Cost = { seconds: 0, bytes: 0 };

/** Ends a fit for which the time did not suffice. */
class TimeUp extends Error {}

/** Where candidates are fitted and judged. */
export class Hall {
  readonly trials: Trial[] = [];
  /** What time did not suffice for. */
  readonly unreached: (Planned & { skipped: string })[] = [];
  /** The trial that is taken, although another one may have done better on validation. */
  hedge?: Trial;
  /** Seconds that judging a candidate took at most. */
  #judging = 0;
  #sets = new Map<string, TrainingSet>();

  constructor(readonly examination: Examination, readonly options: SearchOptions) {}

  /** Fits and judges a recipe; nothing where time is up. */
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
   * Judges rows that are there, or are quickly made; nothing where time is up, or would be before
   * such a choice is served.
   * @param serving seconds that fitting it to be served takes.
   */
  async tryRows(
    stage: string,
    choice: Choice,
    { rows, serving }: { rows: () => SparseRows | Promise<SparseRows>; serving: number },
  ): Promise<Trial | undefined> {
    if (!this.#inTime(0, serving)) return undefined;
    return await this.#judge({ choice, cost: FREE }, { stage, fit: rows, serving: () => serving });
  }

  /** Whether so many seconds are left, and then as many as what would be chosen takes to be served. */
  #inTime(seconds: number, serving: number): boolean {
    const { secondsLeft, fits, judgings } = this.options;
    const chosen = (this.hedge ?? best(this.trials))?.serving ?? 0;
    const afterwards = fits * Math.max(serving, chosen) + judgings * this.#judging;
    return seconds + afterwards <= secondsLeft();
  }

  /** The training set by a reading; what was made last is kept. */
  set(reading: Reading): TrainingSet {
    const key = JSON.stringify(reading);
    const known = this.#sets.get(key);
    if (known) return known;
    const { interactions, items } = this.examination;
    const made = trainingSet(interactions, { items, reading });
    this.#sets = new Map([[key, made]]);
    return made;
  }

  /** What is no blend: a blend is taken where it was found worth it, as the hedge. */
  alone(): Trial[] {
    return this.trials.filter(({ choice }) => choice.parts.length === 1);
  }

  /** Why another setting of an algorithm is not worth trying, if so: two tell where it goes. */
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
    // One that fell, or two that did not rise.
    if (between.length > 1 || between.some(({ mean }) => mean < FALLING * own.mean)) {
      return "A setting between it and the best of its kind was worse.";
    }
  }

  /** Seconds, by estimate, of all that was tried. */
  get spent(): number {
    return this.trials.reduce((sum, { cost }) => sum + cost.seconds, 0);
  }

  /** The best that an algorithm reached alone. */
  bestOf(algorithm: Algorithm): number {
    const trials = this.alone().filter(({ choice }) =>
      choice.parts[0].recipe.algorithm === algorithm
    );
    return best(trials)?.mean ?? 0;
  }

  #bestOfFamily(family: Algorithm["family"]): number {
    return best(this.alone().filter((trial) => familyOf(trial) === family))?.mean ?? 0;
  }

  /** The best trial of each family that learns something, the best family first. */
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
      /** By the seconds that the fit took. */
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

  /** Rows are large: those of the leaders are kept, of the best, and of what was tried last. */
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

/** The 95 % interval of how much better one trial ranks than another, by the same judges. */
export function advantage(one: Trial, other: Trial): Interval {
  return confidenceInterval(one.users.map((ndcg, u) => ndcg - other.users[u]), random(SEED));
}
