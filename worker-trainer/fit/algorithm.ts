/** What an algorithm is: one file in this folder, one entry in `ALGORITHMS`. */
import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Dense } from "../linalg/dense.ts";
import type { RowPool } from "../linalg/row_pool.ts";
import type { TrainingSet } from "./training_set.ts";

/** What a recipe says beside its algorithm: JSON values, as the report and the manifest show them. */
export type Parameters = Record<string, number | string | boolean>;

/** A fixed-cost estimate of one fit: from sizes alone, so that the plan is the same everywhere. */
export interface Cost {
  seconds: number;
  /** Bytes at the peak, beside the training set. */
  bytes: number;
  /** Those of them that stay for the fits that follow; 0 where absent. */
  keptBytes?: number;
  /** Those of them that are in one shared space; 0 where absent. */
  sharedBytes?: number;
}

/** What computes. */
export interface Engines {
  dense: Dense;
  pool: RowPool;
}

/** What a fit needs beside the data. */
export interface FitOptions extends Engines {
  /** Is told the share that is done, from 0 to 1. */
  progress?: (share: number) => void;
}

/** A way to learn item-to-item rows from interactions. */
export interface Algorithm {
  name: string;
  /** Algorithms of one family find much the same; what is blended comes from different ones. */
  family: "popularity" | "neighbours" | "regression" | "factors" | "filter";
  /** The settings worth trying, along a line: what lies behind a worse one is worse still. */
  recipes: Parameters[];
  /** The place of the likeliest of them, 0 where absent: tried first, then those after, then before. */
  start?: number | ((set: TrainingSet) => number);
  /**
   * The parameters as far as the data have room for them, `undefined` where they are for others; as
   * they are where absent.
   */
  fitting?(set: TrainingSet, parameters: Parameters): Parameters | undefined;
  cost(set: TrainingSet, dense: Dense, parameters: Parameters): Cost;
  /**
   * Row i says what having item i adds to the score of every other item: items × items without a
   * diagonal, at most `set.keep` entries a row.
   */
  fit(set: TrainingSet, parameters: Parameters, options: FitOptions): Promise<SparseRows>;
}

/** Multiplications of a sparse kernel that one thread makes a second, as costs count them. */
export const SPARSE_RATE = 2.5e8;
/** Rows that are put together and cut a second beside them. */
export const ROW_RATE = 2.5e4;
/** Operations on floats that the kernels of kernels.wat make a second, as costs count them. */
export const KERNEL_RATE = 5e9;
/** Additions along memory that one thread makes a second, as costs count them. */
export const STREAM_RATE = 1.5e9;
