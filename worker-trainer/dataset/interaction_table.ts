import type { Dialect } from "../../functions/recommender/csv/dialect.ts";
import { LineCells } from "../../functions/recommender/csv/line_cells.ts";
import type { InteractionMapping } from "../../functions/recommender/csv/mapping.ts";
import type { ColumnForms, FileEvidence } from "../../functions/recommender/csv/column_forms.ts";
import { mayGroup } from "../../functions/recommender/csv/number_evidence.ts";
import { isDigits, plainNumber, plainTime } from "../../functions/recommender/csv/plain_values.ts";
import type { TakeLine } from "../../functions/recommender/csv/records.ts";
import { interactionPlaces } from "../../functions/recommender/csv/places.ts";
import type { InteractionRow } from "../../functions/recommender/csv/rows.ts";
import { parseText } from "../../functions/recommender/csv/blank_words.ts";
import { eventWeights } from "./event_weights.ts";
import { grown } from "./grown.ts";
import { IdTable } from "./id_table.ts";
import type { ItemTable } from "./item_table.ts";
import type { Rows } from "./join_repeats.ts";

const [AMPERSAND, BRACKET] = ["&", "<"].map((sign) => sign.charCodeAt(0));

/** Whether there is a sign from `start` to `end` that HTML has. */
function hasMarkup(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit === AMPERSAND || unit === BRACKET) return true;
  }
  return false;
}

/** Rows that there is room for at first. */
const ROOM = 1 << 16;

/** All interactions that count, in dense columns that grow while files are read. */
export class InteractionTable {
  readonly items: ItemTable;
  readonly #users = new IdTable();
  /** Returns the weight of a row by its event, in lower case and empty where there is none. */
  readonly #weightOf: (event: string) => number;
  #user = new Uint32Array(ROOM);
  #item = new Uint32Array(ROOM);
  #rating = new Float32Array(ROOM);
  #time = new Float64Array(ROOM);
  #weight = new Float32Array(ROOM);
  #size = 0;

  /**
   * @param items has those that the rows name added to it.
   * @param own what a row of an event type counts beside what its word means, see `eventWeights`.
   * @throws {RangeError} where one of those is no number.
   */
  constructor(items: ItemTable, own: Readonly<Record<string, number>> = {}) {
    this.items = items;
    this.#weightOf = eventWeights(own);
  }

  /** How many rows there are. */
  get size(): number {
    return this.#size;
  }

  /** Adds a row that counts. */
  add(row: InteractionRow): void {
    this.#append(this.#users.add(row.user), this.items.named(row), {
      rating: row.rating ?? NaN,
      time: row.time ?? NaN,
      weight: this.#weightOf(row.event),
    });
  }

  /**
   * What adds most lines of a file straight from its text: those whose user and item have come
   * before and whose values are plain. Such a line counts by the rules, whichever they are for the
   * rest; the rest is left to them.
   */
  adder(
    columns: readonly string[],
    { mapping, dialect, forms, evidence }: {
      mapping: InteractionMapping;
      dialect: Dialect;
      forms: ColumnForms;
      evidence: FileEvidence;
    },
  ): TakeLine {
    const groupsByPoint = forms.rating.decimal === ",";
    const at = interactionPlaces(mapping, columns);
    const cells = new LineCells(dialect, columns.length);
    const { starts, ends } = cells;
    const isBlank = (place: number) => place < 0 || starts[place] === ends[place];
    return (text, start, end) => {
      if (!cells.find(text, start, end)) return false;
      if (at.title >= 0 && hasMarkup(text, starts[at.title], ends[at.title])) return false;
      const user = this.#users.find(text, starts[at.user], ends[at.user]);
      if (user < 0) return false;
      const item = at.item < 0
        ? this.items.titled(text.slice(starts[at.title], ends[at.title]))
        : this.items.find(text, starts[at.item], ends[at.item]);
      if (item < 0 || !isBlank(at.title) && this.items.lacksTitle(item)) return false;
      // Rows of items that the items file lacks are evidence of how ids are written.
      if (evidence.ids && at.item >= 0 && !this.items.isDescribed(item)) return false;
      const rating = isBlank(at.rating)
        ? NaN
        : plainNumber(text, starts[at.rating], ends[at.rating]);
      if (Number.isNaN(rating) && !isBlank(at.rating)) return false;
      if (groupsByPoint && !isDigits(text, starts[at.rating], ends[at.rating])) return false;
      const time = isBlank(at.time) ? NaN : plainTime(text, starts[at.time], ends[at.time]);
      if (Number.isNaN(time) && !isBlank(at.time)) return false;
      if (!isBlank(at.rating)) {
        const isOpen = !Number.isInteger(rating) &&
          mayGroup(text, starts[at.rating], ends[at.rating]);
        evidence.rating!.addPlain(rating, isOpen);
      }
      if (!isBlank(at.time)) evidence.time!.addPlain();
      if (at.item >= 0) evidence.ids?.addExact();
      const event = isBlank(at.event) ? "" : text.slice(starts[at.event], ends[at.event]);
      const weight = this.#weightOf(parseText(event).toLowerCase());
      this.#append(user, item, { rating, time, weight });
      return true;
    };
  }

  /** The users in order of their first row, and the rows in the order in which they were added. */
  dense(): { users: string[]; rows: Rows } {
    const size = this.#size;
    const rows = {
      user: this.#user.subarray(0, size),
      item: this.#item.subarray(0, size),
      rating: this.#rating.subarray(0, size),
      time: this.#time.subarray(0, size),
      weight: this.#weight.subarray(0, size),
    };
    return { users: this.#users.texts(), rows };
  }

  #append(
    user: number,
    item: number,
    { rating, time, weight }: { rating: number; time: number; weight: number },
  ): void {
    const row = this.#size++;
    if (row === this.#user.length) this.#grow();
    this.#user[row] = user;
    this.#item[row] = item;
    this.#rating[row] = rating;
    this.#time[row] = time;
    this.#weight[row] = weight;
  }

  #grow(): void {
    this.#user = grown(this.#user);
    this.#item = grown(this.#item);
    this.#rating = grown(this.#rating);
    this.#time = grown(this.#time);
    this.#weight = grown(this.#weight);
  }
}
