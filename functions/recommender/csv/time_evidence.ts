/** Infers the time format of a column from all of its cells. */
import { isBlank } from "./blank_words.ts";
import { plainTime } from "./plain_values.ts";
import {
  compactTime,
  type DateOrder,
  dateOrders,
  type OrderedDate,
  readDate,
  secondsInOrder,
  type TimeForm,
} from "./times.ts";

/** The format of a column, and the ambiguity that remains. */
export interface FoundTimes extends TimeForm {
  /** Whether there are dates whose day and month cannot be distinguished. */
  isOpen: boolean;
  /** Whether there are cells, but none is a time. */
  isUnreadable: boolean;
}

/** Least fraction of the unambiguous cells that must agree. */
const NEARLY_ALL = 0.95;
/**
 * Least ratio of distinct last to distinct first figures which shows that the year is first, as is
 * rare.
 */
const YEAR_FIRST = 3;
const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Collects evidence for a column's time format, in constant memory. */
export class TimeEvidence {
  /** Number of cells that are times in every order. */
  #read = 0;
  #unread = 0;
  /**
   * Numeric dates with only one possible order, because of a figure from 13 to 31 or a year above
   * 31.
   */
  #dayFirst = 0;
  #monthFirst = 0;
  #yearFirst = 0;
  /** Dates whose year is certainly last. */
  #yearLast = 0;
  /** Dates that differ by order: day first or month first. */
  #open = 0;
  /** Distinct first and last figures of dates in which either can be the year. */
  readonly #firsts = new Set<number>();
  readonly #lasts = new Set<number>();
  #twelve = 0;
  #twelveCompact = 0;

  /** Adds a cell. */
  add(cell: string): void {
    if (!Number.isNaN(plainTime(cell, 0, cell.length))) return this.addPlain();
    const text = cell.trim();
    if (isBlank(text)) return;
    if (number.test(text)) {
      this.#read++;
      if (text.length === 12) {
        this.#twelve++;
        if (!Number.isNaN(compactTime(text, true))) this.#twelveCompact++;
      }
      return;
    }
    const date = readDate(text);
    if (date && "figures" in date) this.#addOrdered(date);
    else if (date && !Number.isNaN(date.seconds)) this.#read++;
    else this.#unread++;
  }

  /** Adds a cell that `plainTime` parses. */
  addPlain(): void {
    this.#read++;
  }

  #addOrdered(date: OrderedDate): void {
    const [dmy, mdy, ymd] = dateOrders.map((order) => !Number.isNaN(secondsInOrder(date, order)));
    if (!dmy && !mdy) {
      if (ymd) this.#yearFirst++;
      else this.#unread++;
      return;
    }
    const [first, second, last] = date.figures;
    if (!mdy) this.#dayFirst++;
    else if (!dmy) this.#monthFirst++;
    else if (first !== second) this.#open++;
    else if (date.hasYear) this.#read++;
    if (!ymd) return void this.#yearLast++;
    this.#firsts.add(first);
    this.#lasts.add(last);
  }

  /** Returns the column's format. @param chosen resolves an ambiguous order. */
  decide(chosen?: DateOrder): FoundTimes {
    const dated = this.#dayFirst + this.#monthFirst + this.#yearFirst + this.#open;
    const order = this.#order(chosen);
    return {
      order,
      isCompact: this.#twelve > 0 && this.#twelveCompact === this.#twelve,
      isOpen: dated > 0 && order === null,
      isUnreadable: this.#unread > 0 && this.#read + dated === 0,
    };
  }

  #order(chosen: DateOrder | undefined): DateOrder | null {
    const [first, last] = [this.#yearFirst, this.#yearLast];
    if (first > 0 && first >= NEARLY_ALL * (first + last)) return "ymd";
    if (last === 0) {
      // Of the two figures, the one with fewer distinct values is the year.
      const [firsts, lasts] = [this.#firsts.size, this.#lasts.size];
      if (lasts >= YEAR_FIRST * firsts && firsts > 0) return "ymd";
      if (firsts <= lasts) return chosen ?? null;
    }
    const told = this.#dayFirst + this.#monthFirst;
    if (told > 0 && this.#dayFirst >= NEARLY_ALL * told) return "dmy";
    if (told > 0 && this.#monthFirst >= NEARLY_ALL * told) return "mdy";
    return chosen ?? null;
  }
}
