/** How a column writes its times, found from all of its cells. */
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

/** A column's form, and what its cells leave unknown. */
export interface FoundTimes extends TimeForm {
  /** Whether there are dates whose day and month the column does not tell apart. */
  isOpen: boolean;
  /** Whether there are cells, and not one of them is read as a time. */
  isUnreadable: boolean;
}

/** So much of what tells something must tell the same. */
const NEARLY_ALL = 0.95;
/** So many times as many days as years show that the year comes first, as is seldom so. */
const YEAR_FIRST = 3;
const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Counts what the times of a column tell, in memory of a few counts. */
export class TimeEvidence {
  /** Cells that are times whatever the order. */
  #read = 0;
  #unread = 0;
  /** Dates in figures that have one order for certain: by a 13 to 31, or by a year above 31. */
  #dayFirst = 0;
  #monthFirst = 0;
  #yearFirst = 0;
  /** Those that have the year last for certain. */
  #yearLast = 0;
  /** Those with different dates by day first and by month first. */
  #open = 0;
  /** Different first and last figures of dates in which either may be the year. */
  readonly #firsts = new Set<number>();
  readonly #lasts = new Set<number>();
  #twelve = 0;
  #twelveCompact = 0;

  /** Counts a cell. */
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

  /** Counts a cell that `plainTime` reads. */
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

  /** Returns the column's form. @param chosen decides where the cells leave the order open. */
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
      // Of two figures the one that has fewer values is the year.
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
