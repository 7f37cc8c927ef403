/** Infers the time format of a column from all of its cells. */
import { isBlank } from "./blank_words.ts";
import { plainTime } from "./plain_values.ts";
import {
  COMPACT_LENGTHS,
  compactLength,
  compactTime,
  type DateOrder,
  dateOrders,
  isLongDay,
  NO_DATE,
  type OrderedDate,
  parseTime,
  readDate,
  secondsInOrder,
  type TimeForm,
  withPoint,
} from "./times.ts";

/** The format of a column, and the ambiguity that remains. */
export interface FoundTimes extends TimeForm {
  /**
   * Reason why dates are ambiguous: the cells show no order (`cells`) or both orders (`both`); null
   * if no date is ambiguous.
   */
  open: "cells" | "both" | null;
  /** Orders that a mapping can choose for the column's dates. */
  orders: readonly DateOrder[];
  /**
   * Whether most cells, without dates whose day and month are equal, are ambiguous dates: then the
   * file is refused.
   */
  isUndecided: boolean;
  /** Whether too many dates for a column of items cannot have its order. */
  isMixed: boolean;
  /** Whether no cell is filled. */
  isBlank: boolean;
  /** Whether there are cells, but none is a time. */
  isUnreadable: boolean;
  /** Whether that is so of most rows, blank ones included: then the file is refused. */
  isUseless: boolean;
  /** Whether nearly all cells are times, in whatever order. */
  isTemporal: boolean;
  /**
   * The first implausible time, if the column probably has no times or times of another kind: in
   * seconds since 1970.
   */
  odd: number | null;
  /** Whether 0 and −1 mean that there is no time, since all others are after 1973. */
  isZeroNone: boolean;
  isDays: boolean;
  isCroatian: boolean;
}

/** The format of a column without cells. */
export const NO_TIMES: FoundTimes = {
  order: null,
  compact: null,
  open: null,
  orders: dateOrders,
  isUndecided: false,
  isMixed: false,
  isBlank: true,
  isUnreadable: false,
  isUseless: false,
  isTemporal: false,
  odd: null,
  isZeroNone: false,
  isDays: false,
  isCroatian: false,
};

/** Minimum fraction of the unambiguous cells that must agree, whatever the mapping chooses. */
const NEARLY_ALL = 0.95;
/** Same, if the mapping chooses nothing. */
const CLEARLY_MOST = 0.8;
/**
 * Minimum ratio of distinct last to distinct first figures which shows that the year is first, as
 * is rare.
 */
const YEAR_FIRST = 3;
/** Minimum fraction of implausible times that is worth a note. */
const SOME_ODD = 0.05;
const number = /^[+-]?(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** Plausible times, in seconds since 1970: from 3 March 1973 to 18 March 2030. */
const [EARLIEST, LATEST] = [1e8, 1.9e9];
/** Before 1900 and from 2045 on, of which two digits in a calendar 543 years ahead are read. */
const [LONG_AGO, FAR_AHEAD] = [-2208988800, 2366841600];
/** Numbers that may be years, and days since 1900 or 1970 of the years from 1997 to 2064. */
const [YEARS, DAYS] = [[1900, 2100], [10_000, 60_000]];
/** Days since the year 0 of the years from 1916 to 2135. */
const LONG_DAYS = [700_000, 780_000];
/** End of 1970-01-01, in seconds: numbers that count the order of rows from 0 are below it. */
const FIRST_DAY = 86_400;
/**
 * Numbers from 10¹⁷ on are read as nanoseconds since 1970. If that is before 2000, they are likely
 * units of 100 ns since the year 1 or 1601.
 */
const [NANOSECONDS, EARLIEST_OF_THEM] = [1e17, 946_684_800];
/** Digits of a date and hour, `YYYYMMDDhh`. */
const HOURS = /^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])$/;

/** Collects evidence for a column's time format, in constant memory. */
export class TimeEvidence {
  /** Number of cells that are times in every order. */
  #read = 0;
  #unread = 0;
  #blank = 0;
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
  /** Dates whose day and month are equal. */
  #same = 0;
  /** Distinct first and last figures of dates in which either can be the year. */
  readonly #firsts = new Set<number>();
  readonly #lasts = new Set<number>();
  /** By number of digits: numbers that may be dates, and those that are. */
  readonly #digits = COMPACT_LENGTHS.map((length) => ({ length, cells: 0, dates: 0 }));
  /** Times before 1973, those of them that may be years or days, and those of other centuries. */
  #early = 0;
  /**
   * Number of times before 1973 and of numbers of 8 digits that are no dates; the first of them;
   * and whether one of them is on 1970-01-01.
   */
  #beforeDates = 0;
  #firstEarly: number | null = null;
  #hasFirstDay = false;
  /** Number of nanoseconds before 2000. */
  #nanoseconds = 0;
  /** Times of 0 and −1. */
  #zeros = 0;
  #counted = 0;
  #far = 0;
  #hours = 0;
  /** Numbers that may be days since the year 0. */
  #longDays = 0;
  #odd: number | null = null;
  /** Dates that are Croatian, and those whose month has no Croatian name. */
  #croatian = 0;
  #otherNames = 0;

  /** Adds a cell. */
  add(cell: string): void {
    const time = plainTime(cell, 0, cell.length);
    if (!Number.isNaN(time)) return this.addPlain(time);
    const text = withPoint(cell.trim());
    if (isBlank(text) || NO_DATE.test(text)) return void this.#blank++;
    if (number.test(text)) return this.#addNumber(text);
    const date = readDate(text);
    if (date && "figures" in date) return this.#addOrdered(date);
    if (!date || Number.isNaN(date.seconds)) return void this.#unread++;
    if (date.isCroatian) this.#croatian++;
    else if (date.croatian === undefined) this.#otherNames++;
    this.addPlain(date.seconds);
  }

  /** Adds a cell that `plainTime` parses. @param time in seconds since 1970. */
  addPlain(time: number): void {
    this.#read++;
    if (time === 0 || time === -1) {
      this.#zeros++;
      return;
    }
    if (!(time >= EARLIEST && time < LATEST)) this.#addOdd(time);
  }

  #addNumber(text: string): void {
    const digits = this.#digits.find(({ length }) => length === compactLength(text));
    if (!digits) {
      const time = parseTime(text)!;
      if (Number(text) >= NANOSECONDS && time < EARLIEST_OF_THEM) {
        this.#nanoseconds++;
        this.#odd ??= time;
      }
      return this.addPlain(time);
    }
    this.#read++;
    digits.cells++;
    if (!Number.isNaN(compactTime(text))) digits.dates++;
    else if (digits.length === 8) this.#addEarly(Number(text));
  }

  #addOdd(time: number, isFar = time < LONG_AGO || time >= FAR_AHEAD): void {
    const isCounted = [YEARS, DAYS, LONG_DAYS].some(([least, most]) =>
      time >= least && time <= most
    );
    const isHour = HOURS.test(String(time));
    if (time >= 0 && time < EARLIEST) {
      this.#early++;
      this.#addEarly(time);
    }
    if (isCounted) this.#counted++;
    if (isLongDay(time)) this.#longDays++;
    if (isFar) this.#far++;
    if (isHour) this.#hours++;
    if (isCounted || isFar || isHour) this.#odd ??= time;
  }

  #addEarly(time: number): void {
    this.#beforeDates++;
    this.#firstEarly ??= time;
    this.#hasFirstDay ||= time < FIRST_DAY;
  }

  #addOrdered(date: OrderedDate): void {
    const times = dateOrders.map((order) => secondsInOrder(date, order));
    const [dmy, mdy, ymd] = times.map((time) => !Number.isNaN(time));
    if (!dmy && !mdy) {
      if (ymd) this.#yearFirst++;
      else this.#unread++;
      return;
    }
    const [first, second, last] = date.figures;
    if (!mdy) this.#dayFirst++;
    else if (!dmy) this.#monthFirst++;
    else if (first !== second || !date.hasYear) this.#open++;
    else this.#same++;
    const time = dmy ? times[0] : times[1];
    // Thai years of two digits from 2026 on, 69 to 72, are read as 1969 to 1972.
    const isFar = time < LONG_AGO || time >= FAR_AHEAD || !date.hasYear && time < EARLIEST;
    if (isFar) this.#addOdd(time, isFar);
    if (!ymd) return void this.#yearLast++;
    this.#firsts.add(first);
    this.#lasts.add(last);
  }

  /** Returns the column's format. @param chosen resolves an ambiguous order. */
  decide(chosen?: DateOrder): FoundTimes {
    const ordered = this.#dayFirst + this.#monthFirst;
    const dated = ordered + this.#yearFirst + this.#open;
    const times = this.#read + this.#same + dated;
    const order = this.#order(chosen);
    const isOpen = dated > 0 && order === null;
    const isUnreadable = this.#unread > 0 && times === 0;
    const contrary = Math.min(this.#dayFirst, this.#monthFirst);
    const compact = this.#digits
      .filter(({ length, cells, dates }) => 2 * dates > cells || cells === 0 && length !== 12)
      .map(({ length }) => length);
    const isDays = this.#longDays > 0 && this.#longDays >= NEARLY_ALL * times;
    return {
      order,
      compact,
      open: isOpen ? this.#dayFirst > 0 && this.#monthFirst > 0 ? "both" : "cells" : null,
      orders: this.#isYearLast() ? ["dmy", "mdy"] : dateOrders,
      isUndecided: isOpen && 2 * dated > times - this.#same + this.#unread,
      isMixed: order !== null && contrary > (1 - NEARLY_ALL) * times,
      isBlank: this.#unread + times === 0,
      isUnreadable,
      isUseless: isUnreadable && this.#unread > this.#blank,
      isTemporal: times > 0 && times >= NEARLY_ALL * (times + this.#unread),
      odd: this.#isOdd(times) ? this.#odd : this.#isEarly(times) ? this.#firstEarly : null,
      isZeroNone: this.#zeros > 0 && this.#zeros < times && this.#early === 0,
      isDays,
      isCroatian: this.#croatian > this.#otherNames,
    };
  }

  /**
   * Whether some times are implausible: all early ones look like years or days, or some are of
   * another century, or most have the digits of a date and hour.
   */
  #isOdd(all: number): boolean {
    return this.#counted > 0 && this.#counted === this.#early ||
      this.#far > 0 && this.#far >= SOME_ODD * all || 2 * this.#hours > all ||
      2 * this.#nanoseconds > all;
  }

  /**
   * Whether nearly all times are before 1973, and none is on 1970-01-01, as an order from 0 has it.
   */
  #isEarly(all: number): boolean {
    return this.#beforeDates > 0 && this.#beforeDates >= NEARLY_ALL * all && !this.#hasFirstDay;
  }

  /** Whether no date can have its year first. */
  #isYearLast(): boolean {
    return this.#yearFirst === 0 && this.#yearLast > 0;
  }

  #order(chosen: DateOrder | undefined): DateOrder | null {
    const [first, last] = [this.#yearFirst, this.#yearLast];
    if (first > 0 && first >= NEARLY_ALL * (first + last)) return "ymd";
    const given = chosen === "ymd" && this.#isYearLast() ? null : chosen ?? null;
    if (last === 0) {
      // Of the two figures, the one with fewer distinct values is the year.
      const [firsts, lasts] = [this.#firsts.size, this.#lasts.size];
      if (lasts >= YEAR_FIRST * firsts && firsts > 0) return "ymd";
      if (firsts <= lasts) return given;
    }
    const ordered = this.#dayFirst + this.#monthFirst;
    if (ordered === 0) return given;
    const least = given ? NEARLY_ALL : CLEARLY_MOST;
    if (this.#dayFirst >= least * ordered) return "dmy";
    if (this.#monthFirst >= least * ordered) return "mdy";
    return given;
  }
}
