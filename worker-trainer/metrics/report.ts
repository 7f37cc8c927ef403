/**
 * The report of a training, as plain JSON: the same data have the same report. What differs between
 * runs (seconds, the machine) is in `Run`.
 */
import type { Liking } from "../../functions/recommender/model/liking.ts";
import type { ModelType } from "../../functions/recommender/model/model.ts";
import type { Parameters } from "../algorithms/algorithm.ts";
import type { Interval } from "./confidence.ts";

export interface Report {
  format: "airec-report";
  /** Incremented when a reader of an older version would misread it. */
  format_version: 1;
  model_type: ModelType;
  dataset_fingerprint: string;
  data: {
    items: number;
    /** Items described by the content file. */
    described_items: number;
    /** Items without interactions. */
    cold_items: number;
    users: number;
    interactions: number;
    has_ratings: boolean;
    has_times: boolean;
    /** Liking rule and counts; absent in older reports and without interactions. */
    liking?: {
      /** How ratings were interpreted, with the limit or mean. */
      by: Liking;
      /** The same as a sentence. */
      says: string;
      /** Numbers of interactions, which sum to the total. */
      liked: number;
      neutral: number;
      rejected: number;
    };
  };
  /** Absent if there is nothing to split. */
  split?: {
    /** Share of each user's items held out for the test. */
    test_share: number;
    /** Share of the rest held out for validation. */
    validation_share: number;
    seed: number;
    train: number;
    validation: number;
    test: number;
    /** Number of validation users: all, or a seeded sample. */
    validation_users: number;
    test_users: number;
  };
  /** All candidates, in the order of trying. */
  candidates: Candidate[];
  /** Whether time was up before all planned candidates were tried. */
  budget_hit?: true;
  /** The selected algorithm and hyperparameters. */
  chosen: { algorithm: string; parameters: Parameters };
  /** The selected model on the test part, evaluated once; absent if quality cannot be measured. */
  test?: {
    metrics: Metrics;
    /** 95 % interval of NDCG@10. */
    ndcg_interval: Interval;
    popularity: Metrics;
    random: Metrics;
    curve: CurvePoint[];
    /** Curves of the baselines; absent in older reports. */
    baseline_curves?: { popularity: CurvePoint[]; random: CurvePoint[] };
    segments: Segment[];
    /** Metrics by `diversity`, on a sample of the test users. */
    diversity: { diversity: number; metrics: Metrics }[];
  };
  /**
   * Evaluation of a hybrid on cold items: all interactions of a share of the items were held out,
   * and the users who liked some of them got lists of these items only.
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
  /** Comparison with the champion at the time; absent if there was none. */
  gate?: {
    /** `ungated`: the two could not be compared. */
    verdict: "accepted" | "refused" | "ungated";
    /** Reason, as a sentence. */
    reason: string;
    champion: { algorithm: string; parameters: Parameters };
    /** NDCG@10 of the selected model on the test part. */
    ndcg: number;
    /** NDCG@10 of the champion's configuration, refitted on the same data. */
    champion_ndcg?: number;
    /** 95 % interval of the difference, paired by user: positive is better. */
    difference?: Interval;
  };
  /** Weights of the text fields learned from interactions; absent for the default weights. */
  field_weights?: { weighting: "tfidf" | "bm25"; fields: { name: string; weight: number }[] };
  /** Figures of content neighbours that need no interactions. */
  content?: {
    /** Share of the items with at least one neighbour. */
    items_with_neighbours: number;
    /** Share of the items among the first ten neighbours of another. */
    coverage: number;
    examples: { title: string; neighbours: string[] }[];
  };
  /** Columns of the content file available as filters, and why the others are not. */
  filters?: {
    columns: { name: string; kind: "number" | "date" | "text" | "list" }[];
    unfilterable: { name: string; reason: string }[];
  };
  /** Warnings for the reader, as sentences. */
  warnings: string[];
}

export interface Candidate {
  algorithm: string;
  parameters: Parameters;
  /** NDCG@10 on the validation part; absent if skipped. */
  validation_ndcg?: number;
  /** Reason why it was skipped, as a sentence. */
  skipped?: string;
}

/** Means over users, of lists of ten unless stated otherwise. */
export interface Metrics {
  ndcg: number;
  recall: number;
  precision: number;
  /** Mean reciprocal rank of the first hit in lists of fifty. */
  mrr: number;
  /** Share of the catalogue that is in at least one list. */
  coverage: number;
  /** Mean −log₂ of the share of users who liked the item. */
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

/** Users by the number of liked items in their history: up to 5, up to 20, more. */
export interface Segment {
  name: "new" | "light" | "heavy";
  users: number;
  ndcg: number;
  recall: number;
}

/** Measurements that differ between runs. */
export interface Run {
  seconds: number;
  stages: { stage: string; seconds: number; peak_bytes: number }[];
  /**
   * In the order of the report's candidates: estimates and measurements, absent if skipped.
   * Estimated bytes are of a fit alone, peak bytes of the whole process.
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
