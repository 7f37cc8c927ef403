/** What the trainer's report says, in words. */
import type { Project } from "./api.ts";
import { text } from "./text/quality.ts";

/** The parts of a report that the page reads. */
export interface Report {
  data: {
    items: number;
    cold_items: number;
    users: number;
    interactions: number;
  };
  candidates: Candidate[];
  chosen: { algorithm: string; parameters?: Parameters };
  /** Lists of ten, judged by what was held back from training. */
  test?: Test;
  /** A hybrid on items that were hidden from training. */
  cold_items?: {
    items: number;
    users: number;
    ndcg: number;
    recall: number;
    content: { ndcg: number; recall: number };
    popularity: { ndcg: number; recall: number };
  };
  /** The comparison with the champion of its time. */
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
  /** Why it was not tried. */
  skipped?: string;
}

export interface Test {
  metrics: Metrics;
  popularity: Metrics;
  random: Metrics;
  /** What the report page draws; every report of this format has it. */
  ndcg_interval?: { low: number; high: number };
  curve?: CurvePoint[];
  baseline_curves?: { popularity: CurvePoint[]; random: CurvePoint[] };
  segments?: { name: "new" | "light" | "heavy"; users: number; ndcg: number; recall: number }[];
  diversity?: { diversity: number; metrics: Metrics }[];
}

export interface CurvePoint {
  k: number;
  recall: number;
  /** 95 %; older reports have none. */
  recall_interval?: { low: number; high: number };
}

/** What a training took: of each candidate, in the order of the report's. */
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

/** A report that this page can read, or null. */
export function reportOf(value: Record<string, unknown> | null): Report | null {
  if (value?.format !== "airec-report" || value.format_version !== 1) return null;
  return value as unknown as Report;
}

/** How good the model is, in a sentence or two. */
export function qualityInWords({ test, content, warnings }: Report): string {
  if (test) {
    const { metrics, popularity, random } = test;
    const times = timesAsMuch(metrics.recall, popularity.recall);
    return text.found(metrics.recall, popularity.recall, random.recall, times);
  }
  if (content) return text.alike(content.items_with_neighbours);
  return warnings[0] ?? text.notMeasurable;
}

/** What is over or under popularity by a fifth or more is worth a word; null where it is not. */
function timesAsMuch(recall: number, popular: number): number | null {
  const times = recall / popular;
  if (!Number.isFinite(times) || (times > .8 && times < 1.2)) return null;
  return Number(times.toPrecision(2));
}

/** What the list of projects says of the model that serves. */
export type QualityFigures = NonNullable<Project["quality"]>;

/** The same in a few words, for a list. */
export function qualityAtAGlance(quality: QualityFigures | null): string {
  if (quality?.recall !== undefined) {
    return text.glance.finds(quality.recall, quality.popularity_recall);
  }
  if (quality?.items_with_neighbours !== undefined) {
    return text.glance.neighbours(quality.items_with_neighbours);
  }
  return text.glance.notMeasured;
}
