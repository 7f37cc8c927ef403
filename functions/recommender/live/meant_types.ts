/**
 * Event types that no weight is given for: a word that undoes or rejects in files does so as a live
 * event and in a request's history, too.
 */
import { type EventMeaning, eventMeaning } from "../files/values/event_words.ts";
import { type Reading, weighedName } from "../model/history/reading.ts";
import type { Model } from "../model/model.ts";
import type { RecommendationRequest } from "../model/request.ts";
import type { Steps } from "../model/steps.ts";
import { COST } from "../model/work.ts";

/** Types that undo or reject, by the meaning of words in files. */
const TYPES: Readonly<Partial<Record<EventMeaning, string>>> = {
  "rejected": "dislike",
  "taken back": "retract",
  "withdrawn": "retract",
};

/** Maximum number of words whose meaning is remembered. */
const MOST_WORDS = 10_000;
const known = new Map<string, string | undefined>();

/**
 * Returns the type that an event counts as: `dislike` or `retract` for a word that rejects or undoes
 * in files, if the reading has no weight for it; otherwise the type itself.
 */
export function meantType(reading: Pick<Reading, "event_weights">, type: string): string {
  if (weighedName(reading, type) !== undefined) return type;
  const word = type.trim().toLowerCase();
  if (!known.has(word)) {
    if (known.size >= MOST_WORDS) known.clear();
    known.set(word, TYPES[eventMeaning(word)]);
  }
  return known.get(word) ?? type;
}

/** Whether the word of a type rejects or undoes: it replaces what its person did before. */
export function isOpinion(type: string): boolean {
  return meantType({ event_weights: {} }, type) !== type;
}

/** Returns a request whose history has the types that its events count as. */
export function* withMeantTypes(
  { manifest: { reading } }: Pick<Model, "manifest">,
  request: RecommendationRequest,
): Steps<RecommendationRequest> {
  if (!reading || !request.history) return request;
  const meant = new Map<string, string>();
  for (const entry of request.history) {
    const type = typeof entry === "object" && entry.event_type;
    if (!type || meant.has(type)) continue;
    if (weighedName(reading, type) === undefined) yield COST.word;
    meant.set(type, meantType(reading, type));
  }
  if (meant.size === 0) return request;
  const history = request.history.map((entry) =>
    typeof entry === "object" && entry.event_type
      ? { ...entry, event_type: meant.get(entry.event_type) }
      : entry
  );
  return { ...request, history };
}
