import {
  eventWeight,
  LIVE_EVENT_WEIGHTS,
  type Reading,
  weighedName,
} from "../../functions/recommender/model/history/reading.ts";
import { meantType } from "../../functions/recommender/live/meant_types.ts";
import { aliasWeights } from "../../functions/recommender/model/history/event_types.ts";
import type { EventCount } from "../../functions/recommender/report/report.ts";
import { isPlainEvent } from "../../functions/recommender/files/values/event_words.ts";
import { eventWeights } from "./event_weights.ts";

/**
 * Longer words, more of them, or several of fewer rows each on average are values of a wrong
 * column, which may name people.
 */
const LONGEST = 40;
const MOST_WORDS = 30;
const LEAST_ROWS = 3;
const FEW_WORDS = 5;

/** Weighs rows by their event words, and counts the rows of each word. */
export class EventCounts {
  readonly #own: Readonly<Record<string, number>>;
  readonly #weightOf: (event: string) => number;
  readonly #words = new Map<string, { rows: number; weight: number }>();
  /** Weights of live events by type. */
  readonly #live = new Map<string, number>();

  /**
   * @param own the owner's weights by event in lower case; see `eventWeights`.
   * @throws {RangeError} if one of them is not a finite number.
   */
  constructor(own: Readonly<Record<string, number>> = {}) {
    this.#own = own;
    this.#weightOf = eventWeights(own);
  }

  /** Counts a row and returns its weight. @param event in lower case, empty if missing. */
  weigh(event: string): number {
    let known = this.#words.get(event);
    if (known === undefined) {
      known = { rows: 0, weight: this.#weightOf(event) };
      this.#words.set(event, known);
    }
    known.rows++;
    return known.weight;
  }

  /** Returns the weight of a live event, as answers weigh it; call it after the last `weigh`. */
  weighLive(type: string): number {
    let weight = this.#live.get(type);
    if (weight === undefined) {
      const reading = { event_weights: this.#given() };
      weight = eventWeight(reading, meantType(reading, type));
      this.#live.set(type, weight);
    }
    return weight;
  }

  /** Returns the words of the rows, the most frequent first; rows without a word are left out. */
  counts(): EventCount[] {
    return [...this.#words].filter(([word]) => word !== "")
      .map(([word, { rows, weight }]) => ({
        word,
        rows,
        weight: Number.isNaN(weight) ? null : weight,
        by: Object.hasOwn(this.#own, word)
          ? "settings" as const
          : weight !== 1 || isPlainEvent(word)
          ? "word" as const
          : "default" as const,
      }))
      .sort((a, b) => b.rows - a.rows || (a.word < b.word ? -1 : 1));
  }

  /**
   * Returns the weights with which later rows are read: the owner's, then those of the words of the
   * rows, then those of live events, also by their aliases, then those of the live events met whose
   * words undo or reject. Other words weigh 1.
   */
  weights(): Reading["event_weights"] {
    const event_weights = this.#given();
    const meant = [...this.#live]
      .filter(([type, weight]) =>
        weight !== 1 && weighedName({ event_weights }, type) === undefined
      )
      .map(([type, weight]) => [type, Number.isNaN(weight) ? null : weight] as const);
    return { ...Object.fromEntries(meant), ...event_weights };
  }

  /** Returns the weights that do not depend on the live events met. */
  #given(): Reading["event_weights"] {
    const counts = this.counts();
    const met = areWords(counts) ? counts.map(({ word, weight }) => [word, weight] as const) : [];
    const own = { ...Object.fromEntries(met), ...this.#own };
    const live = { ...LIVE_EVENT_WEIGHTS, ...own };
    return { ...aliasWeights(live), ...live };
  }
}

/** Returns whether a column contains event words, rather than values that may name people. */
export function areWords(events: readonly EventCount[]): boolean {
  const rows = events.reduce((sum, event) => sum + event.rows, 0);
  const recur = events.length <= FEW_WORDS || rows >= LEAST_ROWS * events.length;
  return recur && events.length <= MOST_WORDS &&
    events.every(({ word }) => word.length <= LONGEST);
}
