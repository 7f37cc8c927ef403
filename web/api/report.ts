/** Types of the training report. */

/** The members of a report that the dashboard reads. */
export interface Report {
  data: {
    items: number;
    cold_items: number;
    users: number;
    interactions: number;
    /** Which interactions count as liked; older reports do not say it. */
    liking?: { says: string };
  };
  candidates: Candidate[];
  chosen: { algorithm: string; parameters?: Parameters };
  /** Metrics at k = 10 on the test set. */
  test?: Test;
  /** Metrics of a hybrid on items whose interactions were withheld from training. */
  cold_items?: {
    items: number;
    users: number;
    ndcg: number;
    recall: number;
    content: { ndcg: number; recall: number };
    popularity: { ndcg: number; recall: number };
  };
  /** Comparison with the champion at the time of training. */
  gate?: {
    verdict: "accepted" | "refused" | "ungated";
    reason: string;
    ndcg: number;
    champion_ndcg?: number;
  };
  content?: {
    items_with_neighbours: number;
    examples: { title: string; neighbours: string[] }[];
  };
  filters?: {
    columns: { name: string; kind: string }[];
    unfilterable: { name: string; reason: string }[];
  };
  warnings: string[];
}

export type Parameters = Record<string, number | string | boolean>;

export interface Candidate {
  algorithm: string;
  parameters?: Parameters;
  validation_ndcg?: number;
  /** Reason why the trial was skipped. */
  skipped?: string;
}

export interface Test {
  metrics: Metrics;
  popularity: Metrics;
  random: Metrics;
  /** Data of the report page's charts; every report of this format has them. */
  ndcg_interval?: { low: number; high: number };
  curve?: CurvePoint[];
  baseline_curves?: { popularity: CurvePoint[]; random: CurvePoint[] };
  segments?: { name: "new" | "light" | "heavy"; users: number; ndcg: number; recall: number }[];
  diversity?: { diversity: number; metrics: Metrics }[];
}

export interface CurvePoint {
  k: number;
  recall: number;
  /** 95 % confidence interval; absent in older reports. */
  recall_interval?: { low: number; high: number };
}

/** Durations of a training; candidates in the order of the report. */
export interface Run {
  seconds: number;
  candidates: { seconds?: number }[];
}

export interface Metrics {
  ndcg: number;
  recall: number;
  coverage: number;
  long_tail?: number;
}

/** Returns the report if its format is supported, else null. */
export function reportOf(value: Record<string, unknown> | null): Report | null {
  if (value?.format !== "airec-report" || value.format_version !== 1) return null;
  return value as unknown as Report;
}
