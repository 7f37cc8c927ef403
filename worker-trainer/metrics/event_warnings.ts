/** The event words of a training's files in its report, and warnings about their weights. */
import type { EventCount } from "../../functions/recommender/report/report.ts";
import { areWords } from "../dataset/event_counts.ts";

/** Number of words that a report lists. */
const LISTED = 20;
/** Number of words that a sentence names. */
const NAMED = 5;

/** Returns the most common words; none if the column does not have event words. */
export function listedEvents(events: readonly EventCount[]): EventCount[] {
  return areWords(events) ? events.slice(0, LISTED) : [];
}

/**
 * Returns a sentence if a weight of the settings is of a word that no row has, and one if rows have
 * words without a weight.
 * @param own the owner's weights by event in lower case.
 */
export function eventWarnings(
  events: readonly EventCount[],
  own: Readonly<Record<string, number>> = {},
): string[] {
  if (!areWords(events)) {
    return [
      `The column of events has ${events.length} different values, which are not named here, as they ` +
      "may be of people. Is another column the event_type?",
    ];
  }
  const met = new Set(events.map(({ word }) => word));
  const missing = Object.keys(own).filter((word) => !met.has(word));
  const without = events.filter(({ by }) => by === "default");
  return [
    ...(missing.length > 0
      ? [
        `event_weights names ${quoted(missing)}, which no row has as its event` +
        (met.size > 0 ? `; the events are ${quoted([...met])}.` : ": no row has any event."),
      ]
      : []),
    ...(without.length > 0
      ? [
        `The events ${
          quoted(without.map(({ word }) => word))
        } have no weight: each counts 1, as a ` +
        "view does. By event_weights the settings choose another.",
      ]
      : []),
  ];
}

function quoted(words: readonly string[]): string {
  const named = words.slice(0, NAMED).map((word) => `"${word}"`);
  const rest = words.length - named.length;
  return named.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
