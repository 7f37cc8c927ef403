/** Interface of the algorithms: each is one file in this folder and one entry in `ALGORITHMS`. */
import type { ZodType } from "zod";
import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Dense } from "../linalg/dense.ts";
import type { RowPool } from "../threads/row_pool.ts";
import { EQUAL_WEIGHTING, type HistoryWeighting, type TrainingSet } from "./training_set.ts";

/** Hyperparameters of an algorithm: JSON values, as in the report and the manifest. */
export type Parameters = Record<string, number | string | boolean>;

/** Estimated cost of one fit, from sizes and fixed rates only: the same on any machine. */
export interface Cost {
  seconds: number;
  /** Peak bytes, in addition to the training set. */
  bytes: number;
  /** Part of `bytes` that is kept for later fits; 0 if absent. */
  keptBytes?: number;
  /** Part of `bytes` that is in one shared memory space; 0 if absent. */
  sharedBytes?: number;
}

/** Compute backends: dense algebra and the thread pool. */
export interface Engines {
  dense: Dense;
  pool: RowPool;
}

/** Options of a fit. */
export interface FitOptions extends Engines {
  /** Called with the share that is done, from 0 to 1. */
  progress?: (share: number) => void;
}

/**
 * An interface of hyperparameters: its members are JSON values, or absent. Names that descriptions
 * of models use for themselves, and a dot, which separates the parts of a blend, are excluded.
 */
export type Hyperparameters<P> =
  & object
  & {
    [Name in keyof P]: Name extends ReservedName | `${string}.${string}` ? never
      : number | string | boolean | undefined;
  };

/** Members of a model's description besides hyperparameters, see `describeSpec`. */
type ReservedName = "base" | "share" | "signal" | "half_life" | "content_share";

/**
 * An algorithm that learns item-to-item rows from interactions, as its file defines it.
 * @template P its hyperparameters: an interface that documents meaning, range and unit of each.
 */
export interface AlgorithmDefinition<P extends Hyperparameters<P>> {
  /** Frozen: reports and manifests contain it. */
  name: string;
  /** Algorithms of one family rank similarly; blends combine different families. */
  family: Family;
  /**
   * Validates stored hyperparameters. What an earlier release stored must remain valid; unknown
   * members are dropped.
   */
  schema: ZodType<P>;
  /**
   * Hyperparameters to try, ordered so that quality is unimodal: if one step in a direction is
   * worse, all further steps are pruned.
   */
  configurations: readonly P[];
  /**
   * Index of the configuration that is most likely the best, 0 if absent: it is tried first, then
   * later ones, then earlier ones.
   */
  start?: number | ((set: TrainingSet) => number);
  /**
   * Returns the hyperparameters limited to the size of the data, or `undefined` if they do not suit
   * the data; unchanged if absent.
   */
  adapt?: (set: TrainingSet, parameters: P) => P | undefined;
  /** History weighting with which its configurations are tried; `EQUAL_WEIGHTING` if absent. */
  weighting?: HistoryWeighting;
  cost: (set: TrainingSet, dense: Dense, parameters: P) => Cost;
  /**
   * Returns items × items without a diagonal, at most `set.keep` entries per row. Row i holds what
   * an interaction with item i adds to the score of each other item.
   */
  fit: (set: TrainingSet, parameters: P, options: FitOptions) => Promise<SparseRows>;
}

export type Family =
  | "popularity"
  | "neighbours"
  | "regression"
  | "factors"
  | "filter"
  /** Learns from the order of a history; the other families do not. */
  | "sequence";

/** An algorithm whose hyperparameters are of any type, as the search handles it. */
export interface AnyAlgorithm {
  readonly name: string;
  readonly family: Family;
  /** History weighting with which its configurations are tried. */
  readonly weighting: HistoryWeighting;
  /** Returns the distinct configurations that suit a set, in the order of trying. */
  candidates(set: TrainingSet): { configuration: Configuration; index: number }[];
  /** Returns the configuration with stored hyperparameters; undefined if they are invalid. */
  parse(stored: Parameters): Configuration | undefined;
}

/** An algorithm with its hyperparameters, ready to be fitted. */
export interface Configuration {
  readonly algorithm: AnyAlgorithm;
  readonly parameters: Parameters;
  cost(set: TrainingSet, dense: Dense): Cost;
  /** Returns items × items without a diagonal: see `AlgorithmDefinition.fit`. */
  fit(set: TrainingSet, options: FitOptions): Promise<SparseRows>;
}

/** An algorithm, by its typed definition and as the search handles it. */
export interface Algorithm<P extends Hyperparameters<P>>
  extends AlgorithmDefinition<P>, AnyAlgorithm {
  readonly name: string;
  readonly family: Family;
  readonly weighting: HistoryWeighting;
  /** Returns the algorithm with these hyperparameters. */
  configure: (parameters: P) => Configuration;
}

/** Returns the algorithm of a definition, with the methods that the search needs. */
export function defineAlgorithm<P extends Hyperparameters<P>>(
  definition: AlgorithmDefinition<P>,
): Algorithm<P> {
  const algorithm: Algorithm<P> = {
    weighting: EQUAL_WEIGHTING,
    ...definition,
    configure: (parameters) => new TypedConfiguration(algorithm, parameters),
    candidates: (set) => candidatesFor(algorithm, set),
    parse(stored) {
      const { success, data } = definition.schema.safeParse(stored);
      return success ? algorithm.configure(data) : undefined;
    },
  };
  return algorithm;
}

class TypedConfiguration<P extends Hyperparameters<P>> implements Configuration {
  readonly #hyperparameters: P;
  readonly parameters: Parameters;

  constructor(readonly algorithm: Algorithm<P>, hyperparameters: P) {
    this.#hyperparameters = hyperparameters;
    const stored: Parameters = {};
    for (const name in hyperparameters) {
      const value = hyperparameters[name];
      if (value !== undefined) stored[name] = value;
    }
    this.parameters = stored;
  }

  cost(set: TrainingSet, dense: Dense): Cost {
    return this.algorithm.cost(set, dense, this.#hyperparameters);
  }

  fit(set: TrainingSet, options: FitOptions): Promise<SparseRows> {
    return this.algorithm.fit(set, this.#hyperparameters, options);
  }
}

function candidatesFor<P extends Hyperparameters<P>>(
  { configurations, start = 0, adapt, configure }: Algorithm<P>,
  set: TrainingSet,
): { configuration: Configuration; index: number }[] {
  const known = new Set<string>();
  const first = typeof start === "number" ? start : start(set);
  const indices = [...configurations.keys()];
  return [...indices.slice(first), ...indices.slice(0, first).reverse()].flatMap((index) => {
    const parameters = adapt ? adapt(set, configurations[index]) : configurations[index];
    const key = JSON.stringify(parameters);
    if (!parameters || known.has(key)) return [];
    known.add(key);
    return [{ configuration: configure(parameters), index }];
  });
}

/** Multiplications per second of a sparse kernel on one thread, for estimates. */
export const SPARSE_RATE = 2.5e8;
/** Rows built and truncated per second, added to the multiplications. */
export const ROW_RATE = 2.5e4;
/** Floating-point operations per second of the kernels in kernels.wat, for estimates. */
export const KERNEL_RATE = 5e9;
/** Additions per second over contiguous memory on one thread, for estimates. */
export const STREAM_RATE = 1.5e9;
