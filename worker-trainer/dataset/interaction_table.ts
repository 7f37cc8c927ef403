import type { Dialect } from "../../functions/recommender/files/dialect.ts";
import { LineCells } from "../../functions/recommender/files/rows/line_cells.ts";
import type { InteractionMapping } from "../../functions/recommender/files/mapping.ts";
import type {
  ColumnForms,
  FileEvidence,
} from "../../functions/recommender/files/columns/column_forms.ts";
import { mayGroup } from "../../functions/recommender/files/values/number_evidence.ts";
import {
  isDigits,
  plainNumber,
  plainTime,
} from "../../functions/recommender/files/values/plain_values.ts";
import { fromDays } from "../../functions/recommender/files/values/times.ts";
import type { TakeLine } from "../../functions/recommender/files/records.ts";
import { interactionPlaces } from "../../functions/recommender/files/columns/places.ts";
import type { InteractionRow } from "../../functions/recommender/files/rows/rows.ts";
import { parseText } from "../../functions/recommender/files/values/blank_words.ts";
import { EventCounts } from "./event_counts.ts";
import { grown } from "./grown.ts";
import { IdTable } from "./id_table.ts";
import { DELETED, type ItemTable } from "./item_table.ts";
import type { Rows } from "./join_repeats.ts";
import type { LiveEvent } from "./live_file.ts";

const [AMPERSAND, BRACKET] = ["&", "<"].map((sign) => sign.charCodeAt(0));

/** Returns whether the text from `start` to `end` contains a character of HTML markup. */
function hasMarkup(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit === AMPERSAND || unit === BRACKET) return true;
  }
  return false;
}

/** Initial capacity in rows. */
const ROOM = 1 << 16;

/** The accepted interactions, in dense columns that grow while files are read. */
export class InteractionTable {
  readonly items: ItemTable;
  readonly #users = new IdTable();
  /** The events of the rows, which weigh them. */
  readonly events: EventCounts;
  #user = new Uint32Array(ROOM);
  #item = new Uint32Array(ROOM);
  #rating = new Float32Array(ROOM);
  #time = new Float64Array(ROOM);
  #weight = new Float32Array(ROOM);
  #size = 0;

  /**
   * @param items items named by rows are added to it.
   * @param own the owner's weights by event; see `EventCounts`.
   * @throws {RangeError} if one of them is not a finite number.
   */
  constructor(items: ItemTable, own: Readonly<Record<string, number>> = {}) {
    this.items = items;
    this.events = new EventCounts(own);
  }

  /** Number of rows. */
  get size(): number {
    return this.#size;
  }

  /** Adds an accepted row, unless its item is deleted. */
  add(row: InteractionRow): void {
    const item = this.items.named(row);
    if (item === DELETED) return;
    this.#append(this.#users.add(row.user), item, {
      rating: row.rating ?? NaN,
      time: row.time ?? NaN,
      weight: this.events.weigh(row.event),
    });
  }

  /**
   * Adds a live event. An item that no file has is left out if a file describes the items, because
   * visitors of a page can send any id; the event counts once a file has the item.
   * @returns whether it was added.
   */
  addLive({ user, item: id, type, rating, time }: Omit<LiveEvent, "seq" | "received">): boolean {
    if (this.items.described > 0 && this.items.find(id, 0, id.length) < 0) return false;
    const item = this.items.named({ item: id, title: "" });
    if (item === DELETED) return false;
    this.#append(this.#users.add(user), item, {
      rating,
      time,
      weight: this.events.weighLive(type),
    });
    return true;
  }

  /**
   * Returns a function that adds most lines of a file directly from its text: those whose user and
   * item are known and whose values are plain. Such a line is valid by any rules of the file; other
   * lines are left to the rules.
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
    const { missing: { codes }, turned } = forms;
    const at = interactionPlaces(mapping, columns);
    const cells = new LineCells(dialect, columns.length);
    const { starts, ends } = cells;
    const isBlank = (place: number) => place < 0 || starts[place] === ends[place];
    const unnamed = this.events.weigh("");
    return (text, start, end) => {
      if (!cells.find(text, start, end)) return false;
      if (at.title >= 0 && hasMarkup(text, starts[at.title], ends[at.title])) return false;
      const user = this.#users.find(text, starts[at.user], ends[at.user]);
      if (user < 0) return false;
      const item = at.item < 0
        ? this.items.titled(text.slice(starts[at.title], ends[at.title]))
        : this.items.find(text, starts[at.item], ends[at.item]);
      if (item < 0 || !isBlank(at.title) && this.items.lacksTitle(item)) return false;
      // Rows of items missing from the items file are evidence of how ids are written.
      if (evidence.ids && at.item >= 0 && !this.items.isDescribed(item)) return false;
      const rating = isBlank(at.rating)
        ? NaN
        : plainNumber(text, starts[at.rating], ends[at.rating]);
      if (Number.isNaN(rating) && !isBlank(at.rating)) return false;
      if (groupsByPoint && !isDigits(text, starts[at.rating], ends[at.rating])) return false;
      let time = isBlank(at.time) ? NaN : plainTime(text, starts[at.time], ends[at.time]);
      if (Number.isNaN(time) && !isBlank(at.time)) return false;
      if (!isBlank(at.rating)) {
        evidence.rating!.addPlain(rating, mayGroup(text, starts[at.rating], ends[at.rating]));
      }
      if (!isBlank(at.time)) evidence.time!.addPlain(time);
      time = time === 0 && forms.time.isZeroNone ? NaN : fromDays(time, forms.time);
      if (at.item >= 0) evidence.ids?.addExact();
      const weight = isBlank(at.event)
        ? unnamed
        : this.events.weigh(parseText(text.slice(starts[at.event], ends[at.event])).toLowerCase());
      const isMissing = codes.length > 0 && codes.includes(rating);
      const turnedRating = turned ? turned.sum + turned.times * rating : rating;
      this.#append(user, item, { rating: isMissing ? NaN : turnedRating, time, weight });
      return true;
    };
  }

  /** Returns the users in the order of their first rows, and the rows in the order of addition. */
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
