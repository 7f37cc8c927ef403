/** What the trainer's report says, in words. */
import { percent } from "./words.ts";

/** The parts of a report that the page reads. */
export interface Report {
  data: {
    items: number;
    cold_items: number;
    users: number;
    interactions: number;
  };
  candidates: { algorithm: string; validation_ndcg?: number; skipped?: string }[];
  chosen: { algorithm: string };
  /** Lists of ten, judged by what was held back from training. */
  test?: { metrics: Metrics; popularity: Metrics; random: Metrics };
  content?: {
    items_with_neighbours: number;
    examples: { title: string; neighbours: string[] }[];
  };
  warnings: string[];
}

export interface Metrics {
  ndcg: number;
  recall: number;
  coverage: number;
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
    return `Its first ten hold ${percent(metrics.recall)} of what people chose and the model had ` +
      `not seen. The most popular items hold ${percent(popularity.recall)}` +
      `${comparison(metrics.recall, popularity.recall)}; a random list holds ` +
      `${percent(random.recall)}.`;
  }
  if (content) {
    return `${percent(content.items_with_neighbours)} of the items have others like them. ` +
      "The examples show how.";
  }
  return warnings[0] ?? "Quality could not be measured with this data.";
}

/** What is over or under popularity by a fifth or more is worth a word. */
function comparison(recall: number, popular: number): string {
  const times = recall / popular;
  if (!Number.isFinite(times) || (times > .8 && times < 1.2)) return "";
  return `, so it finds ${Number(times.toPrecision(2))} times as much`;
}

/** The same in a few words, for a list. */
export function qualityAtAGlance({ test, content }: Report): string {
  if (test) {
    return `finds ${percent(test.metrics.recall)} (popular items ${
      percent(test.popularity.recall)
    })`;
  }
  if (content) return `${percent(content.items_with_neighbours)} of items have neighbours`;
  return "not measured";
}
