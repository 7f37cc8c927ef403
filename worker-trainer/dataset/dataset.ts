import type { Choices } from "../../functions/recommender/csv/mapping.ts";
import type { Liking } from "../../functions/recommender/model/liking.ts";

/**
 * What is learned from, dense: users and items are indices, texts stand in tables beside them.
 * `read` makes it from the CSV files, `split` cuts it, `fit` and `evaluate` read it.
 */
export interface Dataset {
  items: Catalogue;
  /** User ids as the CSV had them, in order of their first row. */
  users: string[];
  interactions: Interactions;
  /** How ratings were read; what they say stands in the interactions' weights. */
  liking: Liking;
  /** SHA-256 in hex over all of the above: the same data has the same fingerprint. */
  fingerprint: string;
}

/** Items in the order of the content file, then those that only interactions name. */
export interface Catalogue {
  ids: string[];
  /** The id where a file gives no title. */
  titles: string[];
  /** How many of the items stand in the content file; they come first. */
  described: number;
  /** One a feature column (`feature_col`) of the content file. */
  features: FeatureColumn[];
  /** All columns of the content file but the ids, the features among them, to filter by. */
  columns?: FeatureColumn[];
}

/** A column's text for each item, empty where there is none. */
export interface FeatureColumn {
  name: string;
  values: string[];
  /** The mapping's choices for what the values leave open; absent where it has none. */
  choices?: Choices;
}

/**
 * Users × items in compressed rows: user `u` has the entries `offsets[u] .. offsets[u + 1]`, each
 * item once, oldest first (by time where there is one, else by place in the file).
 */
export interface Interactions {
  /** Length users + 1. */
  offsets: Uint32Array;
  /** Item of each entry. */
  items: Uint32Array;
  /** The last rating of each entry, where the file has ratings; NaN where none is given. */
  ratings?: Float32Array;
  /** Seconds since 1970 of each entry's last row, where the file has times; NaN where one is missing. */
  times?: Float64Array;
  /**
   * Weight of each entry: above 0 that the user liked the item, 1 for a single plain row, more for
   * events that weigh more and for repeats; 0 that nothing says so; below 0 that the user rejected it.
   */
  weights: Float32Array;
}
