/** Evidence from the first values of a column. */
import { isBlank } from "../values/blank_words.ts";
import { NumberEvidence } from "../values/number_evidence.ts";
import { ANSWERS } from "../values/answers.ts";
import { eventMeaning, isPlainEvent } from "../values/event_words.ts";
import { parseNumber } from "../values/numbers.ts";
import { MissingCodes } from "../values/missing_codes.ts";
import type { RatingWords } from "../values/rating_words.ts";
import { TimeEvidence } from "../values/time_evidence.ts";
import { parseTime } from "../values/times.ts";

/**
 * Statistics of a sample of a column's cells; most tests hold if at least 90 % of the non-blank
 * cells pass.
 */
export interface ColumnValues {
  /** Non-blank cells, trimmed. */
  values: string[];
  distinct: number;
  /** More than one value, all distinct. */
  isUnique: boolean;
  /** One distinct value in at least five rows. */
  isConstant: boolean;
  isNumeric: boolean;
  isWhole: boolean;
  /** Range of the numbers without those that mean "no rating". */
  least: number;
  most: number;
  /** Parseable as times of the years 1990 to 2100, other than days. */
  isTime: boolean;
  /** Numbers that may be days since the year 0. */
  isDays: boolean;
  /** Parseable as times of any year. */
  isReadableTime: boolean;
  /** Only 0 and 1, or two words for no and yes. */
  isFlag: boolean;
  /** Two words for an opinion: like and dislike, up and down. */
  isOpinion: boolean;
  /** Notation of the values as ratings, if they are not numbers. */
  ratingWords?: RatingWords;
  /** Event names, such as view or add to cart. */
  isEvents: boolean;
  /** Words of events and opinions, one of which is no plain use: liked, skipped, returned. */
  isReactions: boolean;
  /** Whether a few words, among which is a rejection or a return. */
  hasRejections: boolean;
  /** Fraction of the values that are numbers. */
  numericShare: number;
  isAddress: boolean;
  /** Mean number of words per cell. */
  wordsPerCell: number;
  /** Codes without spaces: `B00-17x`. */
  isCode: boolean;
}

const EVENT_WORDS =
  /^(view|click|cart|basket|add[_ -]?to[_ -]?(cart|basket)|remove[_ -]?from[_ -]?cart|purchase|buy|bought|order|transaction|like|dislike|favou?rite|play|skip|share|download|rate|rent|save|wishlist|addtocart|pv|fav|(product|item|page)[_ -]?view(ed)?|view[_ -]?(item|product)|checkout|watch|listen|read|impression|hide)(s|ed)?$/i;
/** Answers that express an opinion of an item; the others may mean anything. */
const OPINION =
  /^(likes?|liked|up|good|👍|thumbs[ _]?up|recommended|empfohlen|recommandé|recomendado|рекомендую|positive|推荐)$/u;
const OPINIONS = ANSWERS.filter(([, yes]) => OPINION.test(yes));
/** Maximum number of different words of events. */
const MOST_WORDS = 30;
const FLAG_WORDS: readonly (readonly string[])[] = [["0", "1"], ...ANSWERS];

/** Computes the statistics of a column's cells. */
export function readColumnValues(cells: readonly string[]): ColumnValues {
  const values = cells.map((cell) => cell.trim()).filter((cell) => !isBlank(cell));
  const distinct = new Set(values);
  const { number, time, words, isDays } = readersOf(values);
  const codes = new MissingCodes();
  for (const value of values) {
    const read = number(value) ?? NaN;
    if (Number.isFinite(read)) codes.add(read);
  }
  const { least, most } = codes.decide("scale");
  const isNumeric = mostly(values, (value) => !Number.isNaN(number(value) ?? 0));
  const lower = new Set([...distinct].map((value) => value.toLowerCase()));
  const isFlag = lower.size > 0 &&
    FLAG_WORDS.some((pair) => [...lower].every((v) => pair.includes(v)));
  return {
    values,
    distinct: distinct.size,
    isUnique: values.length > 1 && distinct.size === values.length,
    isConstant: values.length >= 5 && distinct.size === 1,
    isNumeric,
    isWhole: isNumeric && mostly(values, (value) => Number.isInteger(number(value) ?? 0)),
    least,
    most,
    isDays,
    isTime: !isDays &&
      mostly(values.filter((value) => time(value) !== null), (v) => isRecent(time(v) ?? 0)),
    isReadableTime: mostly(values, (value) => !Number.isNaN(time(value) ?? 0)),
    isFlag,
    isOpinion: lower.size === 2 &&
      OPINIONS.some((pair) => [...lower].every((v) => pair.includes(v))),
    ratingWords: words,
    isEvents: mostly(values, (value) => EVENT_WORDS.test(value)),
    ...reactionsOf(values, isFlag ? new Set() : lower),
    numericShare: values.filter((value) => Number.isFinite(number(value) ?? NaN)).length /
      Math.max(1, values.length),
    isAddress: values.some((value) => /^https?:/.test(value)),
    wordsPerCell: values.reduce((sum, value) => sum + value.split(/\s+/).length, 0) /
      Math.max(1, values.length),
    isCode: values.length > 0 && values.every((value) => /^[\w.:-]{1,64}$/.test(value)),
  };
}

/** Returns whether the values are words of events, by their meanings. */
function reactionsOf(
  values: readonly string[],
  lower: ReadonlySet<string>,
): Pick<ColumnValues, "isReactions" | "hasRejections"> {
  const words = [...lower].filter((word) => /\p{L}\p{L}|👍|👎/u.test(word));
  if (lower.size > MOST_WORDS || words.length < lower.size || lower.size === 0) {
    return { isReactions: false, hasRejections: false };
  }
  const meanings = new Map(words.map((word) => [word, eventMeaning(word)]));
  const isKnown = (word: string) => meanings.get(word) !== "seen" || isPlainEvent(word);
  const reacts = [...meanings.values()].some((meaning) => meaning !== "seen");
  return {
    isReactions: reacts && mostly(values, (value) => isKnown(value.toLowerCase())),
    hasRejections: [...meanings.values()].some((m) => m === "rejected" || m === "taken back"),
  };
}

/** Returns parsers for the formats that the values show; ambiguous dates are read as day first. */
export function readersOf(values: readonly string[]) {
  const [numbers, times] = [new NumberEvidence(), new TimeEvidence()];
  for (const value of values) {
    numbers.add(value);
    times.add(value);
  }
  const [numberForm, timeForm] = [numbers.decide(), times.decide("dmy")];
  return {
    number: (value: string) => parseNumber(value, numberForm),
    time: (value: string) => {
      const time = parseTime(value, timeForm);
      return timeForm.isZeroNone && (time === 0 || time === -1) ? null : time;
    },
    words: numberForm.words,
    isDays: timeForm.isDays,
  };
}

/** Whether at least 90 % of the values pass, so a few bad rows have no effect. */
function mostly(values: readonly string[], test: (value: string) => boolean): boolean {
  return values.length > 0 && values.filter(test).length >= 0.9 * values.length;
}

/** Whether seconds since 1970 are in 1990 to 2100: few other numbers are. */
export function isRecent(time: number): boolean {
  return time > 631152000 && time < 4102444800;
}

/**
 * Whether each value of `a` occurs with only one value of `b`, as an order has one customer; up to
 * 10 % exceptions among the rows that repeat a value.
 * @returns undefined if no value of `a` repeats.
 */
export function determines(a: readonly string[], b: readonly string[]): boolean | undefined {
  const valueOfA = new Map<string, string>();
  let repeats = 0;
  let exceptions = 0;
  for (let row = 0; row < a.length; row++) {
    if (a[row] === "" || b[row] === "") continue;
    const known = valueOfA.get(a[row]);
    if (known === undefined) valueOfA.set(a[row], b[row]);
    else if (known === b[row]) repeats++;
    else exceptions++;
  }
  return repeats + exceptions === 0 ? undefined : exceptions <= 0.1 * (repeats + exceptions);
}
