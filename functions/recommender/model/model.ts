/**
 * A trained recommender as plain data: what `fit` makes, `artifact` stores and `rank` reads.
 * Nothing here has behaviour, so that a model is the same thing in Deno, in workerd and in a tab.
 */
import type { Liking } from "./liking.ts";
import type { StringTable } from "./string_table.ts";

/** Which files a project was made of, and so what its recommendations need. */
export type ModelType = "CONTENT" | "COLLABORATIVE" | "HYBRID";

/**
 * A sparse matrix in compressed rows (CSR). Row `r` holds the entries
 * `offsets[r] .. offsets[r + 1]` of `columns` and `values`; columns ascend within a row.
 */
export interface SparseRows {
  /** Length rows + 1. */
  offsets: Uint32Array;
  /** Length of all entries. */
  columns: Uint32Array;
  /** Length of all entries. */
  values: Float32Array;
}

/** The catalogue. An item's index is its place in the file. */
export interface ItemTable {
  ids: StringTable;
  titles: StringTable;
  /** Users who liked an item; all zero where there are no interactions. */
  popularity: Uint32Array;
  /** Item indices from most to least popular, ties by place in the file. */
  popularOrder: Uint32Array;
}

/** The known users with what each of them had, in the order in which `rank` adds it up. */
export interface UserTable {
  ids: StringTable;
  /**
   * Users × items; here alone columns keep the order of the history, oldest first. Above 0 what was
   * liked, 0 what was only seen, below 0 what was rejected and must not come again.
   */
  histories: SparseRows;
}

/** A column of the content file that can be filtered by, for all items. */
export type Column = NumberColumn | TermColumn;

export interface NumberColumn {
  name: string;
  /** Dates are seconds since 1970. */
  kind: "number" | "date";
  /** One an item, NaN where there is none; 32 bits where they lose nothing. */
  values: Float32Array | Float64Array;
}

/** Item `i` has the terms `codes[offsets[i]] .. codes[offsets[i + 1]]`, each once. */
export interface TermColumn {
  name: string;
  /** A list has several terms an item, a text one at most. */
  kind: "text" | "list";
  /** The terms as first spelt, in the order in which the file brings them. */
  terms: StringTable;
  /** Length items + 1. */
  offsets: Uint32Array;
  codes: Uint16Array;
}

/** What a reader needs to know beside the arrays. */
export interface Manifest {
  format: "airec-model";
  /**
   * Raised when a reader of an older version would answer differently: 2 where something that a user
   * rejected stands in a history, else 1.
   */
  format_version: 1 | 2;
  model_type: ModelType;
  /** The winning recipe, by the name the report uses. */
  algorithm: string;
  parameters: Record<string, number | string | boolean>;
  /** HYBRID: the share of the asked item's row; the history's rows have the rest. */
  gamma: number;
  /** SHA-256 over what was learned from: the same data has the same fingerprint. */
  dataset_fingerprint: string;
  items: number;
  users: number;
  interactions: number;
  /** How ratings were read, and so are those of a history that is sent; absent in older models. */
  liking?: Liking;
  /** The columns that can be filtered by, in the order of their arrays. */
  columns?: Pick<Column, "name" | "kind">[];
  /** The other columns of the content file, each with a sentence that says why. */
  unfilterable?: { name: string; reason: string }[];
  /** SHA-256 in hex of each other file that a reader loads. */
  sha256: Record<string, string>;
  /** The files that say who had what, by their first names, each with the path where it lies. */
  private?: Record<string, string>;
  /** Of files that may be read in part: SHA-256 in hex of each block of `bytes`, in order. */
  blocks?: Record<string, { bytes: number; sha256: string[] }>;
}

/**
 * A model in memory. `weights` row i says what having item i adds to every other item's score;
 * `similar` row i, where present, are the neighbours shown for the item itself, else `weights` serve.
 */
export interface Model {
  manifest: Manifest;
  items: ItemTable;
  weights: SparseRows;
  similar?: SparseRows;
  users?: UserTable;
  /** What `filter` goes by; absent where no file describes the items. */
  columns?: Column[];
}
