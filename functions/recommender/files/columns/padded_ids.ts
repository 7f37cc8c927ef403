/** Ids that differ from others of their column only by zeros at the beginning: `007` and `7`. */

const ZERO = "0".charCodeAt(0);
const PADDED = /^0+(\d+)$/;
/** Maximum number of ids that are kept. */
const MOST_KEPT = 100_000;

/** Collects the ids of a column that begin with zeros, in bounded memory. */
export class PaddedIds {
  /** By the id without them: the first spelling. */
  readonly #spelled = new Map<string, string>();
  #areSeveral = false;

  /** Adds an id; any number of times. */
  add(id: string): void {
    if (id.charCodeAt(0) !== ZERO) return;
    const plain = PADDED.exec(id)?.[1].replace(/^0+(?=\d)/, "");
    if (plain === undefined) return;
    const known = this.#spelled.get(plain);
    if (known !== undefined) this.#areSeveral ||= known !== id;
    else if (this.#spelled.size < MOST_KEPT) this.#spelled.set(plain, id);
  }

  /**
   * Returns a note if two ids differ by such zeros alone; none otherwise. It names no id, since an
   * id may be a person's.
   * @param has whether the column has an id.
   */
  notes(who: "user" | "item", has: (id: string) => boolean): string[] {
    if (!this.#areSeveral && !this.#spelled.keys().some(has)) return [];
    return [
      `Some ${who} ids differ from others only by zeros at the beginning, as 007 and 7 do: each is ` +
      "read as it stands, as two. Are they one, write them alike.",
    ];
  }
}
