/** Interface of the algorithms: each is one file in this folder and one entry in `ALGORITHMS`. */
import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Dense } from "../linalg/dense.ts";
import type { RowPool } from "../threads/row_pool.ts";
import type { TrainingSet } from "./training_set.ts";

/** Hyperparameters of an algorithm: JSON values, as in the report and the manifest. */
export type Parameters = Record<string, number | string | boolean>;

/** Estimated cost of one fit, from sizes and fixed rates only: the same on any machine. */
export interface Cost {
  seconds: number;
  /** Peak bytes, in addition to the training set. */
  bytes: number;
  /** Part of them that is kept for later fits; 0 if absent. */
  keptBytes?: number;
  /** Part of them that is in one shared space; 0 if absent. */
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

/** An algorithm that learns item-to-item rows from interactions. */
export interface Algorithm {
  name: string;
  /** Algorithms of one family rank similarly; blends combine different families. */
  family: "popularity" | "neighbours" | "regression" | "factors" | "filter";
  /** Configurations to try, along a line: beyond one that is worse, all are worse. */
  configurations: Parameters[];
  /** Index of the likeliest configuration (0): tried first, then later ones, then earlier ones. */
  start?: number | ((set: TrainingSet) => number);
  /**
   * Returns the hyperparameters limited to the size of the data, or `undefined` if they do not suit
   * the data; unchanged if absent.
   */
  adapt?(set: TrainingSet, parameters: Parameters): Parameters | undefined;
  cost(set: TrainingSet, dense: Dense, parameters: Parameters): Cost;
  /**
   * Returns items × items without a diagonal, at most `set.keep` entries per row. Row i holds what
   * an interaction with item i adds to the score of each other item.
   */
  fit(set: TrainingSet, parameters: Parameters, options: FitOptions): Promise<SparseRows>;
}

/** Multiplications per second of a sparse kernel on one thread, for estimates. */
export const SPARSE_RATE = 2.5e8;
/** Rows built and cut per second, in addition. */
export const ROW_RATE = 2.5e4;
/** Floating-point operations per second of the kernels in kernels.wat, for estimates. */
export const KERNEL_RATE = 5e9;
/** Additions along memory per second on one thread, for estimates. */
export const STREAM_RATE = 1.5e9;
