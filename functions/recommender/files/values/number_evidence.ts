/** Infers the number format of a column from all of its cells. */
import { isBlank } from "./blank_words.ts";
import type { MissingCodes } from "./missing_codes.ts";
import {
  type DecimalSign,
  type NumberForm,
  type NumberShape,
  parseNumber,
  partsOf,
  PLAIN_NUMBERS,
  shapeOf,
} from "./numbers.ts";
import { plainNumber } from "./plain_values.ts";
import { RatingWordEvidence, type RatingWords } from "./rating_words.ts";

/** The format of a column, and the ambiguity that remains. */
export interface FoundNumbers extends NumberForm {
  /** A sign that may group thousands or be the decimal sign; null if there is no ambiguity. */
  open: DecimalSign | null;
  /** Units of the column, if it has several and none is of nearly all cells; otherwise empty. */
  units: readonly string[];
  /** Whether nearly all cells are numbers, whatever their units. */
  isNumeric: boolean;
  /** Whether all cells are digits of one length, some with zeros before: postcodes. */
  isCode: boolean;
  /** Notation of nearly all cells as ratings, if they are not numbers. */
  words?: RatingWords;
  /** Whether no cell is a number or such a word, though there are cells. */
  isUnreadable?: true;
}

/** The format of a column without cells. */
export const NO_NUMBERS: FoundNumbers = {
  ...PLAIN_NUMBERS,
  open: null,
  units: [],
  isNumeric: false,
  isCode: false,
};

/** Minimum fraction of the unambiguous cells that must agree. */
const NEARLY_ALL = 0.95;
/** Maximum number of units counted; a column with more is not numeric. */
const MOST_UNITS = 20;
const [ZERO, POINT] = ["0", "."].map((sign) => sign.charCodeAt(0));

/** Collects evidence for a column's number format, in constant memory. */
export class NumberEvidence {
  /** Number of cells of each shape. */
  readonly #shapes: Record<NumberShape, number> = {
    "small": 0,
    "large": 0,
    "decimal .": 0,
    "decimal ,": 0,
    "open .": 0,
    "open ,": 0,
    "none": 0,
  };
  readonly #units = new Map<string, number>();
  readonly #words = new RatingWordEvidence();
  /** Counts of numbers in parentheses, and of those with a unit or a separator: not years. */
  #inParentheses = 0;
  #amounts = 0;
  readonly #codes?: MissingCodes;
  /** Number of cells of digits with a leading zero; lengths of all cells of digits, at most two. */
  #padded = 0;
  readonly #lengths = new Set<number>();

  /** @param codes evidence of codes for missing numbers, to which each number is added as well. */
  constructor(codes?: MissingCodes) {
    this.#codes = codes;
  }

  /** Adds a cell. */
  add(cell: string): void {
    const number = plainNumber(cell, 0, cell.length);
    if (!Number.isNaN(number)) {
      if (this.#lengths.size < 2) this.#lengths.add(cell.length);
      if (cell.length > 1 && cell.charCodeAt(0) === ZERO && !cell.includes(".")) this.#padded++;
      this.addPlain(number, mayGroup(cell, 0, cell.length));
      return;
    }
    const text = cell.trim();
    if (isBlank(text)) return void this.#codes?.addBlank();
    const parts = partsOf(text);
    if (parts) this.#codes?.add(parseNumber(text, { ...PLAIN_NUMBERS, unit: parts.unit }) ?? NaN);
    if (!parts) this.#words.add(text);
    this.#shapes[parts ? shapeOf(parts.body) : "none"]++;
    if (parts?.isInParentheses) {
      this.#inParentheses++;
      if (parts.unit !== null || /[.,]/.test(parts.body)) this.#amounts++;
    }
    if (!parts || parts.unit === null) return;
    const known = this.#units.get(parts.unit);
    if (known !== undefined || this.#units.size < MOST_UNITS) {
      this.#units.set(parts.unit, (known ?? 0) + 1);
    }
  }

  /** Adds a plain number. @param isOpen whether its point may be a thousands separator. */
  addPlain(number: number, isOpen: boolean): void {
    if (isOpen) this.#shapes["open ."]++;
    else if (!Number.isInteger(number)) this.#shapes["decimal ."]++;
    else this.#shapes[number < 1000 ? "small" : "large"]++;
    this.#codes?.add(number);
  }

  /**
   * Returns the column's format. @param chosen resolves ambiguity. @param isDecimalComma whether
   * `1,234` is 1.234 if nothing is chosen and all numbers of the column have this form.
   */
  decide(chosen?: DecimalSign, isDecimalComma = false): FoundNumbers {
    const shapes = this.#shapes;
    const { decimal, open } = this.#decimal(chosen, isDecimalComma);
    // If no cell is affected by the sign, each is parsed individually.
    const matters = shapes[decimal === "." ? "open ," : "open ."] > 0;
    const cells = Object.values(shapes).reduce((sum, count) => sum + count, 0);
    const numbers = cells - shapes.none;
    const words = this.#words.decide(cells);
    const isUnreadable = !words && cells > 0 && numbers === 0;
    const unit = this.#unit();
    const form = {
      decimal: matters ? decimal : null,
      unit,
      isAccounting: this.#amounts > 0 && this.#inParentheses < numbers,
      open,
      units: unit === null ? [...this.#units.keys()] : [],
      isNumeric: numbers > 0 && numbers >= NEARLY_ALL * cells,
      isCode: this.#padded > 0 && this.#lengths.size === 1,
    };
    return { ...form, ...(words && { words }), ...(isUnreadable && { isUnreadable }) };
  }

  /** Whether a cell shows the decimal sign. */
  get isTold(): boolean {
    return this.#shapes["decimal ."] + this.#shapes["decimal ,"] > 0;
  }

  #decimal(
    chosen: DecimalSign | undefined,
    isDecimalComma: boolean,
  ): Pick<FoundNumbers, "decimal" | "open"> {
    const shapes = this.#shapes;
    const [point, comma] = [shapes["decimal ."], shapes["decimal ,"]];
    const decided = point + comma;
    if (decided > 0) {
      const isPoint = point >= NEARLY_ALL * decided;
      const isComma = comma >= NEARLY_ALL * decided;
      return { decimal: isPoint ? "." : isComma ? "," : chosen ?? null, open: null };
    }
    const [points, commas] = [shapes["open ."], shapes["open ,"]];
    if (points > 0 && commas > 0) return { decimal: chosen ?? null, open: "," };
    if (points > 0) return { decimal: chosen ?? ".", open: "." };
    if (commas === 0) return { decimal: null, open: null };
    // Next to 1,234, a four-digit number without a comma shows that commas do not group thousands.
    if (shapes.large > 0) return { decimal: chosen ?? ",", open: "," };
    if (shapes.small > 0) return { decimal: ".", open: null };
    return { decimal: chosen ?? (isDecimalComma ? "," : "."), open: "," };
  }

  #unit(): string | null {
    const counts = [...this.#units];
    const all = counts.reduce((sum, [, count]) => sum + count, 0);
    return counts.find(([, count]) => count >= NEARLY_ALL * all)?.[0] ?? null;
  }
}

/** Whether the point of a plain number may be a thousands separator: `12.345`. */
export function mayGroup(text: string, start: number, end: number): boolean {
  const digits = end - start - 4;
  return digits >= 1 && digits <= 3 && text.charCodeAt(end - 4) === POINT &&
    text.charCodeAt(start) !== ZERO;
}
