import type { ColumnChoices } from "../../functions/recommender/files/columns/decimal_comma.ts";
import type { Liking } from "../../functions/recommender/model/history/liking.ts";
import type { Reading } from "../../functions/recommender/model/history/reading.ts";
import type { UserRows } from "../../functions/recommender/model/model.ts";

/**
 * The training data: users and items are indices, with their texts in tables. Built from the files
 * by `read`, divided by `evaluationSplits`, fitted by the algorithms and ranked by `evaluate`.
 */
export interface Dataset {
  items: Catalogue;
  /** User ids as in the files, in the order of their first rows. */
  users: string[];
  interactions: Interactions;
  /** The rows that were joined to the interactions. */
  rows: UserRows;
  /** Weight by event in lower case, null to cancel earlier rows; others weigh 1. */
  eventWeights: Reading["event_weights"];
  /** Sequence number of the last live event among the rows; 0 without. */
  learnedTo?: number;
  /** Sequence number of the last live item among the items; 0 without. */
  learnedItems?: number;
  /** How ratings were interpreted; the result is in the interactions' weights. */
  liking: Liking;
  /** SHA-256 in hex over items, users and interactions: equal data have equal fingerprints. */
  fingerprint: string;
}

/** Items in the order of the content file, then those that only occur in interactions. */
export interface Catalogue {
  ids: string[];
  /** The id if a file has no title. */
  titles: string[];
  /** Number of items in the content file; they come first. */
  described: number;
  /** One for each feature column (`feature_col`) of the content file. */
  features: FeatureColumn[];
  /** All columns of the content file except the ids, including the features, for filters. */
  columns?: FeatureColumn[];
}

/** A column's text for each item, empty if missing. */
export interface FeatureColumn {
  name: string;
  values: string[];
  /** How ambiguous values are read; absent if nothing says so. */
  choices?: ColumnChoices;
}

/**
 * Users × items in compressed sparse rows: user `u` has the entries `offsets[u] .. offsets[u + 1]`,
 * each item once, oldest first (by time if there are times, else by position in the file).
 */
export interface Interactions {
  /** Length users + 1. */
  offsets: Uint32Array;
  /** Item of each entry. */
  items: Uint32Array;
  /** Last rating of each entry, if the file has ratings; NaN if missing. */
  ratings?: Float32Array;
  /** Time of each entry's last row in seconds since 1970, if the file has times; NaN if missing. */
  times?: Float64Array;
  /**
   * Weight of each entry: positive if the user liked the item, 1 for a single plain row, more for
   * stronger events and for repeats; 0 if nothing indicates liking; negative if rejected.
   */
  weights: Float32Array;
}
