/** Sentences for a file's owner on a column of times. */
import type { FoundTimes } from "./time_evidence.ts";
import { compactLength, DATE_FORMS, type DateOrder, fromDays, readDate } from "./times.ts";

const AMBIGUITY = {
  cells: "no day above 12 in the column distinguishes day and month",
  both: "some dates of the column can only have the day first, and others the month",
};
const ORDERS: Record<DateOrder, string> = {
  dmy: "day before month",
  mdy: "month before day",
  ymd: "year before month",
};

/** Returns why a cell of a column is rejected, as the end of a sentence. */
export function reasonOfTime(cell: string, form: FoundTimes): string {
  const text = cell.trim();
  const date = readDate(text);
  const isOrdered = date !== undefined && "figures" in date;
  if (isOrdered && form.open) {
    return `is ambiguous, because ${AMBIGUITY[form.open]}: ${choice(form)}`;
  }
  if (isOrdered && form.order) {
    return `is not a date in the order of its column, ${ORDERS[form.order]}`;
  }
  const digits = compactLength(text);
  if (digits > 0) {
    return `is not a date, unlike the other numbers of ${digits} digits in its column`;
  }
  if (!form.isUnreadable) return "is not a time";
  return `is not a time, like all cells of its column: ${readTimes()}; or map no timestamp, and leave ` +
    "the column out";
}

/** Returns the clause that names the times that are read. */
function readTimes(): string {
  const forms = DATE_FORMS.map(({ example }) => example).join(", ");
  return `readable are seconds since 1970, ${forms}, each with a time of day or without`;
}

/** Why a file is refused as a whole, and the key of the mapping that can change it. */
export interface Refusal {
  key: "date_order" | "timestamp";
  detail: string;
}

/** Returns why a file with such a column is refused, or undefined if it is not. */
export function refusalOfTimes(column: string, form: FoundTimes): Refusal | undefined {
  if (form.isUseless) {
    const detail =
      `The column "${column}" has no time that can be read: ${readTimes()}; map another ` +
      "column as timestamp, or none.";
    return { key: "timestamp", detail };
  }
  if (!form.isUndecided) return undefined;
  const detail = `The column "${column}" has ambiguous dates, because ${AMBIGUITY[form.open!]}: ${
    choice(form)
  }; or map no timestamp.`;
  return { key: "date_order", detail };
}

function choice({ orders }: FoundTimes): string {
  const listed = `${orders.slice(0, -1).join(", ")} or ${orders.at(-1)}`;
  return `choose in the mapping, by date_order (${listed}), which comes first`;
}

/** Returns a note on implausible times of a column; none if there are none. */
export function notesOfTimes(column: string, { odd, isDays }: FoundTimes): string[] {
  if (odd === null) return [];
  if (isDays) {
    return [
      `The column "${column}" has numbers such as ${odd}, which are read as days since the year 0, ` +
      `as Matlab counts them: ${iso(fromDays(odd, { isDays }))}.`,
    ];
  }
  return [
    `The column "${column}" has times such as ${
      iso(odd)
    }: plain numbers are read as seconds since ` +
    "1970, or parts of seconds. If they are years, days or another calendar, write dates such as " +
    "2019-01-22, or map no timestamp.",
  ];
}

/** Returns notes on ambiguous or impossible dates in a column of items. */
export function notesOfDates(column: string, form: FoundTimes): string[] {
  if (form.isMixed) {
    return [
      `The column "${column}" has dates of several orders, most of them ${
        ORDERS[form.order!]
      }: it is ` +
      "read as texts. Write all in one order, such as 2019-01-22.",
    ];
  }
  if (!form.open) return [];
  return [
    `The column "${column}" has ambiguous dates, because ${AMBIGUITY[form.open]}: ${
      choice(form)
    }; until then nothing is filtered by it.`,
  ];
}

/** Returns a time in ISO 8601, or in seconds since 1970 if it is beyond that. */
function iso(seconds: number): string {
  const date = new Date(1000 * seconds);
  return Number.isNaN(date.getTime()) ? String(seconds) : `${date.toISOString().slice(0, 19)}Z`;
}
