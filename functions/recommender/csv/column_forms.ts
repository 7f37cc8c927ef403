/** How the cells of a file are read: found from all of them, so that no cell is read alone. */
import { type FileKind, type InteractionMapping, type Mapping } from "./mapping.ts";
import { type FoundNumbers, NumberEvidence } from "./number_evidence.ts";
import { parseNumber, PLAIN_NUMBERS } from "./numbers.ts";
import { interactionPlaces } from "./places.ts";
import { type FoundTimes, TimeEvidence } from "./time_evidence.ts";
import { PLAIN_TIMES } from "./times.ts";

/** The forms of a file's columns. */
export interface ColumnForms {
  rating: FoundNumbers;
  time: FoundTimes;
}

/** Each cell is read alone. */
export const PLAIN_FORMS: ColumnForms = {
  rating: { ...PLAIN_NUMBERS, open: null },
  time: { ...PLAIN_TIMES, isOpen: false, isUnreadable: false },
};

/** Counts what the cells of a file tell of its columns' forms, in memory of a few counts. */
export class FileEvidence {
  /** Of the ratings, where they are mapped. */
  readonly rating?: NumberEvidence;
  /** Of the times, where they are mapped. */
  readonly time?: TimeEvidence;
  readonly #mapping: Mapping;
  readonly #at: { rating: number; time: number };

  constructor(kind: FileKind, mapping: Mapping, columns: readonly string[]) {
    this.#mapping = mapping;
    this.#at = kind === "INTERACTION"
      ? interactionPlaces(mapping as InteractionMapping, columns)
      : { rating: -1, time: -1 };
    if (this.#at.rating >= 0) this.rating = new NumberEvidence();
    if (this.#at.time >= 0) this.time = new TimeEvidence();
  }

  /** Counts the cells of a record. */
  add(cells: readonly string[]): void {
    this.rating?.add(cells[this.#at.rating]);
    this.time?.add(cells[this.#at.time]);
  }

  /** Returns the forms that the cells so far show. */
  decide(): ColumnForms {
    const { decimal_sign, date_order } = this.#mapping;
    return {
      rating: this.rating?.decide(decimal_sign) ?? PLAIN_FORMS.rating,
      time: this.time?.decide(date_order) ?? PLAIN_FORMS.time,
    };
  }
}

/** Whether two forms read every cell alike. */
export function isSameForms(a: ColumnForms, b: ColumnForms): boolean {
  const deciding = ({ rating, time }: ColumnForms) =>
    JSON.stringify([rating.decimal, rating.unit, time]);
  return deciding(a) === deciding(b);
}

/** Sentences for the file's owner on what its cells leave open, unless the mapping chooses. */
export function notesOf({ rating }: ColumnForms, mapping: Mapping): string[] {
  if (rating.open === null || mapping.decimal_sign) return [];
  const { rating: column } = mapping as InteractionMapping;
  const number = `1${rating.open}234`;
  return [
    `The column "${column}" has numbers such as ${number}, which may be 1234 or 1.234: ${number} is ` +
    `read as ${parseNumber(number, rating)}. By decimal_sign the mapping chooses.`,
  ];
}
