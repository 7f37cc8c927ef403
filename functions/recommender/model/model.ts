/**
 * A trained recommender as plain data: built by `fit`, stored by `artifact`, read by `rank`. It has
 * no behaviour, so a model is the same in Deno, in workerd and in a browser.
 */
import type { Liking } from "./history/liking.ts";
import type { Reading } from "./history/reading.ts";
import type { StringTable } from "./string_table.ts";

export const modelTypes = ["CONTENT", "COLLABORATIVE", "HYBRID"] as const;

/** The kinds of files a project has, and so the parameters its recommendations need. */
export type ModelType = typeof modelTypes[number];

/**
 * Sparse matrix in compressed sparse rows (CSR); columns ascend within a row. Row `r` has the
 * entries `offsets[r] .. offsets[r + 1]` of `columns` and `values`.
 */
export interface SparseRows {
  /** Length rows + 1. */
  offsets: Uint32Array;
  /** Length nnz. */
  columns: Uint32Array;
  /** Length nnz. */
  values: Float32Array;
}

/** The catalogue. An item's index is its position in the file. */
export interface ItemTable {
  ids: StringTable;
  titles: StringTable;
  /** Number of users who liked each item; all zero without interactions. */
  popularity: Uint32Array;
  /** Item indices from most to least popular, ties by position in the file. */
  popularOrder: Uint32Array;
  /**
   * Time of each item's first interaction in seconds since 1970, NaN if it has none; absent if no
   * interaction has a time. Items that were added since the training have none.
   */
  firstSeen?: Float64Array;
}

/** The known users and their histories, in the order in which `rank` sums them. */
export interface UserTable {
  ids: StringTable;
  /**
   * Users × items; only here columns are in the order of the history, oldest first. Values: above 0
   * liked, 0 seen, below 0 rejected and never recommended again.
   */
  histories: SparseRows;
}

/**
 * The rows from which the histories of `UserTable` were made: user `u` has the rows
 * `offsets[u] .. offsets[u + 1]`, oldest first.
 */
export interface UserRows {
  /** Length users + 1. */
  offsets: Uint32Array;
  items: Uint32Array;
  /** Weight of each row's event, NaN to cancel earlier rows of the item; absent if all are 1. */
  weights?: Float32Array;
  /** NaN if missing; absent if no row has a rating. */
  ratings?: Float32Array;
  /** Seconds since 1970, NaN if missing; absent if no row has a time. */
  times?: Float64Array;
}

/** Requests of which the candidates of test users are kept. */
export const REHEARSED = ["history", "item", "cart"] as const;

export type Rehearsed = typeof REHEARSED[number];

/**
 * Candidates of the evaluated model for test users, and what they liked later. Rows are in the
 * order of the users.
 */
export interface Rehearsal {
  users: StringTable;
  /** Items liked later, with their weights. */
  held: SparseRows;
  /**
   * By the history, by its last liked item alone, and by the last three as a cart: the requested
   * items with weight 1, none for the history, and the best candidates with their scores, best first,
   * without items of the history.
   */
  requests: Record<Rehearsed, { asked: SparseRows; candidates: SparseRows }>;
}

/** A filterable column of the content file. */
export type Column = NumberColumn | TermColumn;

export interface NumberColumn {
  name: string;
  /** Dates are seconds since 1970. */
  kind: "number" | "date";
  /** One value per item, NaN if missing; float32 if that loses no precision. */
  values: Float32Array | Float64Array;
}

/** Item `i` has the distinct terms `codes[offsets[i]] .. codes[offsets[i + 1]]`. */
export interface TermColumn {
  name: string;
  /** A list has several terms per item, a text at most one. */
  kind: "text" | "list";
  /** The terms as first spelled, in the order of the file. */
  terms: StringTable;
  /** Length items + 1. */
  offsets: Uint32Array;
  /** 32 bits only with terms of changed items. */
  codes: Uint16Array | Uint32Array;
}

/** Metadata that a reader needs in addition to the arrays. */
export interface Manifest {
  format: "airec-model";
  /**
   * Raised when readers of an older version would compute other results: 3 if there is a `reading`,
   * 2 if a history contains a rejected item, otherwise 1.
   */
  format_version: 1 | 2 | 3;
  model_type: ModelType;
  /** Algorithm of the winning model, as named in the report. */
  algorithm: string;
  parameters: Record<string, number | string | boolean>;
  /** HYBRID: weight of the requested item's row; the history's rows have 1 − gamma. */
  gamma: number;
  /** SHA-256 of the training data: the same data has the same fingerprint. */
  dataset_fingerprint: string;
  items: number;
  users: number;
  interactions: number;
  /** How ratings are interpreted, also those of a sent history; absent in older models. */
  liking?: Liking;
  /** How rows become histories, from version 3 on. */
  reading?: Reading;
  /** Sequence number of the last live event that the training read; 0 if absent. */
  learned_to?: number;
  /** Number of the last change of a live item that the training read; 0 if absent. */
  learned_items?: number;
  /** The filterable columns, in the order of their arrays. */
  columns?: Pick<Column, "name" | "kind">[];
  /** The other columns of the content file, each with the reason as a sentence. */
  unfilterable?: { name: string; reason: string }[];
  /** SHA-256 in hex of each other file that a reader loads. */
  sha256: Record<string, string>;
  /** Private files, which contain users' histories: their current path by original name. */
  private?: Record<string, string>;
  /** For files that can be read in parts: block size in bytes and SHA-256 in hex of each block. */
  blocks?: Record<string, { bytes: number; sha256: string[] }>;
}

/**
 * A model in memory. `weights` row i is what item i in a history adds to the score of each other
 * item. `similar` row i, if present, is used for similar items of i; otherwise `weights`.
 */
export interface Model {
  manifest: Manifest;
  items: ItemTable;
  weights: SparseRows;
  similar?: SparseRows;
  users?: UserTable;
  /** Rows of the users, in their order; only where a model is written, see `loadUserRows`. */
  userRows?: UserRows;
  /** Only where a model is written, see `loadRehearsal`. */
  rehearsal?: Rehearsal;
  /** Columns for `filter`; absent if no content file describes the items. */
  columns?: Column[];
  /** Rows of items that were added since the training: see `withChangedItems`. */
  added?: AddedRows;
  /** 1 for each item that was deleted since the training; absent if none was. */
  deleted?: Uint8Array;
}

/**
 * Rows of added items, whose indices follow those of the training. The row of an added item has the
 * items of the training, and the row of an item of the training has the added items.
 */
export interface AddedRows {
  /** Number of items of the training. */
  first: number;
  /** On the scale of the model's `weights`. */
  weights: SparseRows;
  /** On the scale of the model's `similar`; present if that is. */
  similar?: SparseRows;
}
