/** The quality of a model in words. */
import type { Project } from "../api/api.ts";
import type { Report } from "../api/report.ts";
import { text } from "./quality_words.ts";

/** Returns the quality of a model in a sentence or two. */
export function qualityInWords({ test, content, warnings }: Report): string {
  if (test) {
    const { metrics, popularity, random } = test;
    const times = timesAsMuch(metrics.recall, popularity.recall);
    return text.found(metrics.recall, popularity.recall, random.recall, times);
  }
  if (content) return text.alike(content.items_with_neighbours);
  return warnings[0] ?? text.notMeasurable;
}

/** Returns recall relative to popularity, or null within ±20 %. */
function timesAsMuch(recall: number, popular: number): number | null {
  const times = recall / popular;
  if (!Number.isFinite(times) || (times > .8 && times < 1.2)) return null;
  return Number(times.toPrecision(2));
}

/** Summary metrics in the project list. */
export type QualityFigures = NonNullable<Project["quality"]>;

/** Returns the quality of a model in a few words, for a list. */
export function qualityAtAGlance(quality: QualityFigures | null): string {
  if (quality?.recall !== undefined) {
    return text.glance.finds(quality.recall, quality.popularity_recall);
  }
  if (quality?.items_with_neighbours !== undefined) {
    return text.glance.neighbours(quality.items_with_neighbours);
  }
  return text.glance.notMeasured;
}
