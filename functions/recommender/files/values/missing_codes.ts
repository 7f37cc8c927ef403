/** Numbers that mean "no rating" among ratings, as surveys and exports write them: 99, 9, −1, 0. */

import type { NoRating } from "./rating_choices.ts";

/** The name of a rating column says that it has amounts, such as plays, or a scale, or neither. */
export type NamedKind = "amount" | "scale" | undefined;

/** Numbers of a rating column that mean "no rating". */
export interface FoundCodes {
  /** Ascending. */
  codes: readonly number[];
  /** Range of the ratings without the codes. */
  least: number;
  most: number;
  /** Whether zeros are frequent below the scale, and may be ratings or not. */
  isZeroOpen: boolean;
  /** Whether all numbers that are not whole end in .3 or .7, as school grades do. */
  isThirds: boolean;
  /** Whether all numbers are 0 or 1. */
  isFlag: boolean;
}

/** Codes above a scale and below one. */
const ABOVE: ReadonlySet<number> = new Set(
  [8, 9, 77, 88, 97, 98, 99, 777, 888, 997, 998, 999, 9999, 99999],
);
const BELOW: ReadonlySet<number> = new Set([-1, -8, -9, -88, -98, -99, -999, -9999]);

/** Ratings in half steps below this are counted one by one. */
const STEPPED = 256;
/** Minimum number and fraction of cells of a code: a single 999 is a slip. */
const [FEWEST, FREQUENT] = [3, 0.005];
/** Fraction of zeros from which they may be no ratings, and their ratio to ones if they are none. */
const [MANY_ZEROS, ISOLATED] = [0.2, 10];
/** Ratio of zeros to each rating from which a note asks whether they are ratings. */
const CLEARLY_MORE = 1.2;
/** Maximum fraction of blanks next to zeros that mean "no rating". */
const SOME_BLANKS = 0.05;
/** Largest number of a scale that codes of one digit lie above. */
const DIGIT_SCALES = new Map([[8, 6], [9, 7]]);
/** Largest number of a scale under a name that says nothing. */
const LONGEST_SCALE = 10;

/** Counts the numbers of a rating column, in constant memory. */
export class MissingCodes {
  /** By twice the number. */
  readonly #steps = new Uint32Array(2 * STEPPED);
  readonly #others = new Map<number, number>();
  #count = 0;
  #blanks = 0;
  /** Range of numbers that are neither steps nor codes. */
  #least = Infinity;
  #most = -Infinity;
  /** Numbers that end in .3 or .7, and other numbers that are not whole. */
  #thirds = 0;
  #fractions = 0;

  /** Adds a number. */
  add(number: number): void {
    const twice = 2 * number;
    if (twice >= 0 && twice < 2 * STEPPED && Number.isInteger(twice)) this.#steps[twice]++;
    else if (ABOVE.has(number) || BELOW.has(number)) {
      this.#others.set(number, (this.#others.get(number) ?? 0) + 1);
    } else {
      if (number < this.#least) this.#least = number;
      if (number > this.#most) this.#most = number;
      const tenths = Math.round(10 * number);
      const isThird = (tenths % 10 === 3 || tenths % 10 === 7) && number === tenths / 10;
      if (isThird) this.#thirds++;
      else this.#fractions++;
    }
    this.#count++;
  }

  /** Counts a missing value. */
  addBlank(): void {
    this.#blanks++;
  }

  /** Returns the codes. @param chosen resolves what the numbers leave open. */
  decide(kind: NamedKind, chosen?: NoRating): FoundCodes {
    const counts = new Map(this.#others);
    this.#steps.forEach((count, twice) => {
      if (count > 0) counts.set(twice / 2, count);
    });
    const codes = chosen === undefined
      ? kind === "amount" ? [] : this.#found(counts, kind)
      : chosen === "keep"
      ? []
      : [Number(chosen)];
    const rest = without(counts, codes);
    return {
      codes: codes.toSorted((a, b) => a - b),
      least: Math.min(this.#least, ...rest),
      most: Math.max(this.#most, ...rest),
      isZeroOpen: chosen === undefined && !codes.includes(0) && kind === "scale" &&
        this.#isZeroBelow(counts, codes) &&
        rest.every((rating) => rating === 0 || counts.get(0)! > CLEARLY_MORE * counts.get(rating)!),
      isThirds: this.#thirds > 0 && this.#fractions === 0 && rest.every(Number.isInteger),
      isFlag: rest.length > 0 && this.#most === -Infinity &&
        rest.every((number) => number === 0 || number === 1),
    };
  }

  #found(counts: ReadonlyMap<number, number>, kind: NamedKind): number[] {
    const codes = [...this.#above(counts), ...this.#below(counts)];
    if (this.#isZeroBelow(counts, codes) && this.#isIsolated(counts, codes)) codes.push(0);
    if (codes.length === 0 || kind === "scale") return codes;
    // Under a name that says nothing, small numbers may be amounts, of which one is the commonest.
    const rest = without(counts, codes);
    const commonest = rest.reduce((a, b) => counts.get(b)! > counts.get(a)! ? b : a, rest[0]);
    const isScale = this.#most === -Infinity && rest.length > 1 &&
      rest.at(-1)! <= LONGEST_SCALE && (commonest !== rest[0] || rest.length === 2);
    return isScale ? codes : [];
  }

  /** Returns the codes above all other numbers, far away: the most of the largest numbers. */
  #above(counts: ReadonlyMap<number, number>): number[] {
    const largest: number[] = [];
    const rest = without(counts, []);
    while (rest.length > 0 && ABOVE.has(rest.at(-1)!)) largest.push(rest.pop()!);
    while (largest.length > 0 && !this.#areAbove(largest, counts)) largest.pop();
    return largest;
  }

  #areAbove(codes: readonly number[], counts: ReadonlyMap<number, number>): boolean {
    const rest = without(counts, codes);
    const top = Math.max(rest.at(-1) ?? -Infinity, this.#most);
    const isWhole = this.#most === -Infinity && rest[0] >= 0 && rest[0] <= 1 &&
      rest.filter(Number.isInteger).length === Math.floor(top) - Math.ceil(rest[0]) + 1;
    const isFar = (code: number) => {
      const scale = DIGIT_SCALES.get(code);
      return scale === undefined ? code >= 2 * top : top <= scale && isWhole;
    };
    const isScale = rest.length > 1 || this.#most > -Infinity;
    return isScale && codes.every(isFar) && this.#isFrequent(counts, codes);
  }

  /** Returns the codes below zero, if all other numbers are not. */
  #below(counts: ReadonlyMap<number, number>): number[] {
    const codes: number[] = [];
    const rest = without(counts, []);
    while (rest.length > 0 && BELOW.has(rest[0])) codes.push(rest.shift()!);
    const isScale = this.#least >= 0 && rest[0] >= 0 && rest.length > 2;
    const isNumber = codes.includes(-1) && codes.length > 1;
    return isScale && !isNumber && this.#isFrequent(counts, codes) ? codes : [];
  }

  #isFrequent(counts: ReadonlyMap<number, number>, codes: readonly number[]): boolean {
    return codes.every((code) => counts.get(code)! >= Math.max(FEWEST, FREQUENT * this.#count));
  }

  /** Whether zeros are frequent below a scale from one, and no cells are blank instead. */
  #isZeroBelow(counts: ReadonlyMap<number, number>, codes: readonly number[]): boolean {
    const zeros = counts.get(0) ?? 0;
    const rest = without(counts, [0, ...codes]);
    const isScale = this.#most === -Infinity && rest.length > 3 && rest[0] > 0 &&
      rest.at(-1)! <= LONGEST_SCALE && this.#blanks <= SOME_BLANKS * this.#count;
    return isScale && zeros >= FEWEST && zeros >= MANY_ZEROS * this.#count;
  }

  /** Whether zeros are far more frequent than the lowest ratings, as no scale has them. */
  #isIsolated(counts: ReadonlyMap<number, number>, codes: readonly number[]): boolean {
    const zeros = counts.get(0)!;
    const rest = without(counts, [0, ...codes]);
    return rest.every((rating) => rating > 2 || zeros >= ISOLATED * counts.get(rating)!) &&
      rest.some((rating) => counts.get(rating)! > counts.get(rest[0])!);
  }
}

/** Returns the numbers that are no codes, in ascending order. */
function without(counts: ReadonlyMap<number, number>, codes: readonly number[]): number[] {
  return [...counts.keys()].filter((number) => !codes.includes(number)).sort((a, b) => a - b);
}
