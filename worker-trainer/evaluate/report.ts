/**
 * What a training says of itself, as plain JSON: the same data give the same report. What differs
 * from run to run (seconds, the machine) stands in `Run`.
 */
import type { Liking } from "../../functions/recommender/model/liking.ts";
import type { ModelType } from "../../functions/recommender/model/model.ts";
import type { Parameters } from "../fit/algorithm.ts";
import type { Interval } from "./confidence.ts";

export interface Report {
  format: "airec-report";
  /** Raised when a reader of an older version would misread it. */
  format_version: 1;
  model_type: ModelType;
  dataset_fingerprint: string;
  data: {
    items: number;
    /** Items that the content file describes. */
    described_items: number;
    /** Items without a single interaction. */
    cold_items: number;
    users: number;
    interactions: number;
    has_ratings: boolean;
    has_times: boolean;
    /** Which interactions count as liked; absent in older reports and without interactions. */
    liking?: {
      /** How ratings were read, and by which limit or mean. */
      by: Liking;
      /** The same in a sentence. */
      says: string;
      /** Interactions by what they say: all of them together. */
      liked: number;
      neutral: number;
      rejected: number;
    };
  };
  /** Absent where there is nothing to split. */
  split?: {
    /** Share of each user's items that is held out for the test. */
    test_share: number;
    /** Share of the rest that is held out to choose by. */
    validation_share: number;
    seed: number;
    train: number;
    validation: number;
    test: number;
    /** Users judged on validation; fewer than all where a seeded sample decides. */
    validation_users: number;
    test_users: number;
  };
  /** All that was tried, in the order of trying. */
  candidates: Candidate[];
  /** Whether time was up before all was tried that was planned. */
  budget_hit?: true;
  /** What the model was made by. */
  chosen: { algorithm: string; parameters: Parameters };
  /** The choice on the test part, seen once; absent where quality cannot be measured. */
  test?: {
    metrics: Metrics;
    /** 95 % interval of NDCG@10. */
    ndcg_interval: Interval;
    popularity: Metrics;
    random: Metrics;
    curve: CurvePoint[];
    /** The same curve of what is to be beaten; absent in older reports. */
    baseline_curves?: { popularity: CurvePoint[]; random: CurvePoint[] };
    segments: Segment[];
    /** What asking for `diversity` costs and brings, judged by the same users, at most 1,000. */
    diversity: { diversity: number; metrics: Metrics }[];
  };
  /**
   * A hybrid on items that nobody had yet: of a share of the items all interactions were held out,
   * and the users who had some of them got lists of such items alone.
   */
  cold_items?: {
    items: number;
    users: number;
    ndcg: number;
    recall: number;
    /** 95 % interval of NDCG@10. */
    ndcg_interval: Interval;
    /** Content alone, and popularity, for the same users. */
    content: { ndcg: number; recall: number };
    popularity: { ndcg: number; recall: number };
  };
  /** The choice beside the champion of its time; absent where there was none to compare it with. */
  gate?: {
    /** `ungated`: the two could not be compared. */
    verdict: "accepted" | "refused" | "ungated";
    /** Why, in a sentence. */
    reason: string;
    champion: { algorithm: string; parameters: Parameters };
    /** NDCG@10 of the choice on the test part. */
    ndcg: number;
    /** The same of the champion's recipe, refitted on the same part. */
    champion_ndcg?: number;
    /** 95 % interval of the difference, paired by user: above zero is better. */
    difference?: Interval;
  };
  /** What each field of the texts counts, as learned from interactions; absent where by default. */
  field_weights?: { weighting: "tfidf" | "bm25"; fields: { name: string; weight: number }[] };
  /** What can be said of content neighbours without any interactions. */
  content?: {
    /** Share of the items that have at least one neighbour. */
    items_with_neighbours: number;
    /** Share of the items that are among the ten first neighbours of another. */
    coverage: number;
    examples: { title: string; neighbours: string[] }[];
  };
  /** The content file's columns that answers can be filtered by, and why the others cannot. */
  filters?: {
    columns: { name: string; kind: "number" | "date" | "text" | "list" }[];
    unfilterable: { name: string; reason: string }[];
  };
  /** What a reader should know, in sentences. */
  warnings: string[];
}

export interface Candidate {
  algorithm: string;
  parameters: Parameters;
  /** NDCG@10 on the validation part; absent where it was skipped. */
  validation_ndcg?: number;
  /** Why it was not tried, in a sentence. */
  skipped?: string;
}

/** Means over users, of lists of ten where nothing else is said. */
export interface Metrics {
  ndcg: number;
  recall: number;
  precision: number;
  /** Mean reciprocal rank of the first hit among fifty. */
  mrr: number;
  /** Share of the catalogue that is in at least one list. */
  coverage: number;
  /** Mean −log₂ of the share of users who had the item. */
  novelty: number;
  /** Share of items outside the most popular fifth of the catalogue. */
  long_tail: number;
}

export interface CurvePoint {
  k: number;
  ndcg: number;
  recall: number;
  /** 95 % interval of the recall; absent in older reports. */
  recall_interval?: Interval;
}

/** Users by the length of their history: up to 5 items, up to 20, more. */
export interface Segment {
  name: "new" | "light" | "heavy";
  users: number;
  ndcg: number;
  recall: number;
}

/** What differs from run to run. */
export interface Run {
  seconds: number;
  stages: { stage: string; seconds: number; peak_bytes: number }[];
  /**
   * In the order of the report's candidates; estimate beside truth, absent where skipped. Estimated
   * bytes are those of a fit alone, peak bytes those of the whole process.
   */
  candidates: {
    algorithm: string;
    parameters: Parameters;
    estimated_seconds: number;
    estimated_bytes: number;
    seconds?: number;
    peak_bytes?: number;
  }[];
  dense: string;
  cores: number;
}
