/** How the cells of a file are read: found from all of them, so that no cell is read alone. */
import { HtmlEvidence } from "./html_text.ts";
import { type IdEvidence, type IdMatch, idNote } from "./item_ids.ts";
import {
  type ContentMapping,
  type FileKind,
  type InteractionMapping,
  type Mapping,
} from "./mapping.ts";
import { type FoundNumbers, NumberEvidence } from "./number_evidence.ts";
import { parseNumber, PLAIN_NUMBERS } from "./numbers.ts";
import { interactionPlaces } from "./places.ts";
import { type FoundTimes, TimeEvidence } from "./time_evidence.ts";
import { PLAIN_TIMES } from "./times.ts";

/** The forms of a file's columns. */
export interface ColumnForms {
  rating: FoundNumbers;
  time: FoundTimes;
  /** Places of the columns whose texts are HTML. */
  html: readonly number[];
  /** How ids fit the items file; absent where most do as they stand, or there is none. */
  ids?: IdMatch;
}

/** Each cell is read alone. */
export const PLAIN_FORMS: ColumnForms = {
  rating: { ...PLAIN_NUMBERS, open: null },
  time: { ...PLAIN_TIMES, isOpen: false, isUnreadable: false },
  html: [],
};

/** Counts what the cells of a file tell of its columns' forms, in memory of a few counts. */
export class FileEvidence {
  /** Of the ratings, where they are mapped. */
  readonly rating?: NumberEvidence;
  /** Of the times, where they are mapped. */
  readonly time?: TimeEvidence;
  /** Of the ids of items, where there is an items file: set, and fed, by who knows that. */
  ids?: IdEvidence;
  readonly #mapping: Mapping;
  /** By place, for the columns that hold texts. */
  readonly #html: { place: number; evidence: HtmlEvidence }[];
  readonly #at: { rating: number; time: number };

  constructor(kind: FileKind, mapping: Mapping, columns: readonly string[]) {
    this.#mapping = mapping;
    const at = kind === "INTERACTION"
      ? interactionPlaces(mapping as InteractionMapping, columns)
      : { rating: -1, time: -1 };
    this.#at = at;
    const texts = "title" in at
      ? [at.title].filter((place) => place >= 0)
      : [...columns.keys()].filter((place) =>
        columns[place] !== (mapping as ContentMapping).item_id
      );
    this.#html = texts.map((place) => ({ place, evidence: new HtmlEvidence() }));
    if (this.#at.rating >= 0) this.rating = new NumberEvidence();
    if (this.#at.time >= 0) this.time = new TimeEvidence();
  }

  /** Counts the cells of a record. */
  add(cells: readonly string[]): void {
    this.rating?.add(cells[this.#at.rating]);
    this.time?.add(cells[this.#at.time]);
    for (const { place, evidence } of this.#html) evidence.add(cells[place]);
  }

  /** Returns the forms that the cells so far show. */
  decide(): ColumnForms {
    const { decimal_sign, date_order } = this.#mapping;
    const ids = this.ids?.decide();
    return {
      ...(ids && { ids }),
      rating: this.rating?.decide(decimal_sign) ?? PLAIN_FORMS.rating,
      time: this.time?.decide(date_order) ?? PLAIN_FORMS.time,
      html: this.#html.filter(({ evidence }) => evidence.decide()).map(({ place }) => place),
    };
  }
}

/** Whether two forms read every cell alike. */
export function isSameForms(a: ColumnForms, b: ColumnForms): boolean {
  const deciding = ({ rating, time, html, ids }: ColumnForms) =>
    JSON.stringify([rating.decimal, rating.unit, time, html, ids?.rule ?? null]);
  return deciding(a) === deciding(b);
}

/** Sentences for the file's owner: how ids are joined, and what its cells leave open unless the mapping chooses. */
export function notesOf({ rating, ids }: ColumnForms, mapping: Mapping): string[] {
  const notes = ids ? [idNote(ids)] : [];
  if (rating.open === null || mapping.decimal_sign) return notes;
  const { rating: column } = mapping as InteractionMapping;
  const number = `1${rating.open}234`;
  return [
    ...notes,
    `The column "${column}" has numbers such as ${number}, which may be 1234 or 1.234: ${number} is ` +
    `read as ${parseNumber(number, rating)}. By decimal_sign the mapping chooses.`,
  ];
}
