/**
 * Number, time and text formats of a file's columns, inferred from all cells: no cell is parsed in
 * isolation.
 */
import { type IdSpelling, IdSpellingEvidence } from "../values/float_ids.ts";
import { isDecimalComma, isDecimalRating } from "./decimal_comma.ts";
import type { Dialect } from "../dialect.ts";
import { HtmlEvidence } from "../values/html_text.ts";
import { type IdEvidence, type IdMatch, idNote } from "./item_ids.ts";
import {
  type ContentMapping,
  type FileKind,
  type InteractionMapping,
  type Mapping,
} from "../mapping.ts";
import { type FoundNumbers, NO_NUMBERS, NumberEvidence } from "../values/number_evidence.ts";
import { notesOfCodes, notesOfNumbers } from "../values/number_words.ts";
import { type FoundCodes, MissingCodes } from "../values/missing_codes.ts";
import { interactionPlaces, placeOf } from "./places.ts";
import { ratingKind } from "./rating_kind.ts";
import { type FoundTimes, NO_TIMES, TimeEvidence } from "../values/time_evidence.ts";
import { notesOfDates, notesOfTimes, type Refusal, refusalOfTimes } from "../values/time_words.ts";
import { notesOfTurned } from "./opinion_words.ts";
import { type Turned, turnedBy } from "./turned_ratings.ts";
import { type FoundValues, ValueEvidence } from "./value_evidence.ts";

/** Formats of a file's columns. */
export interface ColumnForms {
  rating: FoundNumbers;
  /** Ratings that mean "no rating". */
  missing: FoundCodes;
  /** How ratings of which less is better are turned; null if more is better. */
  turned: Turned | null;
  time: FoundTimes;
  /** Indices of the columns whose texts are HTML. */
  html: readonly number[];
  /** How the ids of users and items are written. */
  spelling: IdSpellings;
  /** Ids that a spreadsheet has shortened, such as 9.78E+12. */
  shortened: readonly { who: "user" | "item"; example: string }[];
  /** Columns with ids that have invisible characters. */
  hidden: readonly ("user" | "item")[];
  /** Columns of items that have numbers or dates, by name. */
  values: readonly { column: string; found: FoundValues }[];
  /** How item ids match the items file; undefined if most match exactly or there is none. */
  ids?: IdMatch;
}

/** How the ids of users and items are written. */
export type IdSpellings = Record<"user" | "item", IdSpelling>;

/** Formats that parse each cell in isolation. */
export const PLAIN_FORMS: ColumnForms = {
  rating: NO_NUMBERS,
  missing: {
    codes: [],
    least: NaN,
    most: NaN,
    isZeroOpen: false,
    isThirds: false,
    isFlag: false,
  },
  turned: null,
  time: NO_TIMES,
  html: [],
  spelling: { user: "exact", item: "exact" },
  shortened: [],
  hidden: [],
  values: [],
};

/** Collects evidence for the formats of a file's columns, in constant memory. */
export class FileEvidence {
  /** Evidence for ratings, if mapped. */
  readonly rating?: NumberEvidence;
  /** Evidence for times, if mapped. */
  readonly time?: TimeEvidence;
  /** Evidence for item ids, if there is an items file: set and updated by the caller. */
  ids?: IdEvidence;
  /** Evidence for the spelling of ids: replaced by the caller if several files share it. */
  spelling = { user: new IdSpellingEvidence(), item: new IdSpellingEvidence() };
  readonly #mapping: Mapping;
  readonly #dialect: Pick<Dialect, "delimiter">;
  readonly #codes = new MissingCodes();
  /** By column index, for text columns. */
  readonly #html: { place: number; evidence: HtmlEvidence }[];
  /** By column index, for columns of items other than ids and titles. */
  readonly #values: { column: string; place: number; evidence: ValueEvidence }[];
  readonly #at: Record<"user" | "item" | "rating" | "time", number>;

  /** @param dialect of the file: a semicolon between cells tells of the commas in them. */
  constructor(
    kind: FileKind,
    mapping: Mapping,
    { columns, dialect }: { columns: readonly string[]; dialect: Pick<Dialect, "delimiter"> },
  ) {
    this.#mapping = mapping;
    this.#dialect = dialect;
    const at = kind === "INTERACTION"
      ? interactionPlaces(mapping as InteractionMapping, columns)
      : { user: -1, item: placeOf(mapping.item_id, columns), rating: -1, time: -1 };
    this.#at = at;
    const texts = "title" in at
      ? [at.title].filter((place) => place >= 0)
      : [...columns.keys()].filter((place) =>
        columns[place] !== (mapping as ContentMapping).item_id
      );
    this.#html = texts.map((place) => ({ place, evidence: new HtmlEvidence() }));
    const { item_id, item_title } = mapping as ContentMapping;
    this.#values = kind === "CONTENT"
      ? columns.map((column, place) => ({ column, place, evidence: new ValueEvidence() }))
        .filter(({ column }) => column !== item_id && column !== item_title)
      : [];
    if (this.#at.rating >= 0) this.rating = new NumberEvidence(this.#codes);
    if (this.#at.time >= 0) this.time = new TimeEvidence();
  }

  /** Adds the cells of a record. */
  add(cells: readonly string[]): void {
    this.rating?.add(cells[this.#at.rating]);
    this.time?.add(cells[this.#at.time]);
    if (this.#at.user >= 0) this.spelling.user.add(cells[this.#at.user]);
    if (this.#at.item >= 0) this.spelling.item.add(cells[this.#at.item]);
    for (const { place, evidence } of this.#html) evidence.add(cells[place]);
    for (const { place, evidence } of this.#values) evidence.add(cells[place]);
  }

  /** Returns the formats inferred from the cells so far. */
  decide(): ColumnForms {
    const { date_order } = this.#mapping;
    const ids = this.ids?.decide();
    const { user, item } = this.spelling;
    return {
      spelling: { user: user.decide(), item: item.decide() },
      shortened: ([["user", user], ["item", item]] as const).flatMap(([who, { shortened }]) =>
        shortened === undefined ? [] : [{ who, example: shortened }]
      ),
      hidden: (["user", "item"] as const).filter((who) => this.spelling[who].hasHidden),
      ...(ids && { ids }),
      ...this.#ratings(),
      time: this.time?.decide(date_order) ?? PLAIN_FORMS.time,
      html: this.#html.filter(({ evidence }) => evidence.decide()).map(({ place }) => place),
      values: this.#values.flatMap(({ column, evidence }) => {
        const found = evidence.decide({
          ...this.#mapping,
          isDecimalComma: isDecimalComma(column, this.#dialect),
        });
        return found ? [{ column, found }] : [];
      }),
    };
  }

  #ratings(): Pick<ColumnForms, "rating" | "missing" | "turned"> {
    const { rating: column, decimal_sign, no_rating, best_rating } = this
      .#mapping as InteractionMapping;
    if (!this.rating || column === undefined) {
      const { rating, missing, turned } = PLAIN_FORMS;
      return { rating, missing, turned };
    }
    const rating = this.rating.decide(decimal_sign, isDecimalRating(column, this.#dialect));
    const missing = this.#codes.decide(ratingKind([column]), no_rating);
    const isFlag = rating.words === "answers" || missing.isFlag;
    return {
      rating,
      missing,
      turned: turnedBy(column, { found: missing, isFlag, chosen: best_rating }),
    };
  }
}

/** Whether two formats parse every cell the same. */
export function isSameForms(a: ColumnForms, b: ColumnForms): boolean {
  const deciding = (
    { rating, missing, turned, time, html, ids, spelling: { user, item } }: ColumnForms,
  ) =>
    JSON.stringify([
      ...[rating.decimal, rating.unit, rating.units, rating.isAccounting],
      ...[rating.words, rating.isUnreadable, missing.codes, turned],
      ...[time.order, time.compact, time.open, time.orders, time.isUnreadable, time.isZeroNone],
      ...[time.isDays, time.isCroatian],
      ...[html, ids?.rule ?? null],
      ...[user === "joined", item === "joined"],
    ]);
  return deciding(a) === deciding(b);
}

const SPELLING_NOTES = {
  joined: (who: string) =>
    `Some ${who} ids end in .0, others of the same kind do not: they are read without it, 17.0 as 17.`,
  unclear: (who: string) =>
    `Some ${who} ids are decimal numbers, some end in .0 and others are whole: each is read as it ` +
    "stands, 17.0 and 17 as two. Are they one, write them alike.",
};

/**
 * Returns notes for the file's owner: how ids are matched, and ambiguities that the mapping does
 * not resolve.
 */
export function notesOf(
  { rating, missing, turned, time, values, ids, spelling, shortened, hidden }: ColumnForms,
  mapping: Mapping,
): string[] {
  const { rating: ratings, timestamp } = mapping as InteractionMapping;
  const isChosen = mapping.decimal_sign !== undefined;
  const spellings = (["user", "item"] as const).flatMap((who) =>
    spelling[who] === "exact" ? [] : [SPELLING_NOTES[spelling[who]](who)]
  );
  return [
    ...(ids ? [idNote(ids)] : []),
    ...spellings,
    ...shortened.map(({ who, example }) =>
      // An item's id is no secret; a user's is.
      `Some ${who} ids are shortened by a spreadsheet${
        who === "item" ? `, such as ${example}` : ""
      }: ` +
      "different ids may have become one. Export them as text from where they come."
    ),
    ...hidden.map((who) =>
      `Some ${who} ids have invisible characters, such as zero-width spaces. They are read without ` +
      "them, so ids that differ only by them are the same."
    ),
    ...(ratings ? notesOfNumbers(ratings, { numbers: rating, isChosen, isRating: true }) : []),
    ...(ratings ? notesOfCodes(ratings, missing, mapping.no_rating !== undefined) : []),
    ...(ratings ? notesOfTurned(ratings, { turned, missing, mapping }) : []),
    ...(timestamp ? notesOfTimes(timestamp, time) : []),
    ...values.flatMap(({ column, found }) =>
      "numbers" in found
        ? notesOfNumbers(column, { numbers: found.numbers, isChosen, isRating: false })
        : notesOfDates(column, found.times)
    ),
  ];
}

/**
 * Returns the reason to reject the file as a whole: ambiguous dates, or no times; undefined if
 * there is none.
 */
export function refusalOf({ time }: ColumnForms, mapping: Mapping): Refusal | undefined {
  const { timestamp } = mapping as InteractionMapping;
  return timestamp === undefined ? undefined : refusalOfTimes(timestamp, time);
}
