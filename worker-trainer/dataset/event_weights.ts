/** Weights of rows by the word for their event. */
import {
  type EventMeaning,
  eventMeaning,
} from "../../functions/recommender/files/values/event_words.ts";
import { TAKEN_BACK, WITHDRAWN } from "../../functions/recommender/model/history/liking.ts";

const WEIGHTS: Readonly<Record<EventMeaning, number>> = {
  "seen": 1,
  "liked": 3,
  "bought": 5,
  "rejected": -1,
  "taken back": TAKEN_BACK,
  "withdrawn": WITHDRAWN,
};

/**
 * Returns a function from an event, in lower case, to the weight of its row: positive for a
 * preference, negative for a rejection, 0 for neither, `WITHDRAWN` to cancel earlier rows; 1
 * without a word, or for any other word.
 * @param own the owner's weights, by event in lower case, which override the defaults.
 * @throws {RangeError} if one of them is not a finite number.
 */
export function eventWeights(
  own: Readonly<Record<string, number>> = {},
): (event: string) => number {
  const known = new Map(Object.entries(own));
  for (const [event, weight] of known) {
    if (Number.isFinite(weight)) continue;
    throw new RangeError(`The event "${event}" must weigh a number, not ${weight}.`);
  }
  return (event) => {
    const found = known.get(event);
    if (found !== undefined) return found;
    const weight = WEIGHTS[eventMeaning(event)];
    known.set(event, weight);
    return weight;
  };
}
