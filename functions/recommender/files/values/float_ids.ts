/** Ids that an export of decimal numbers has written with a fraction of zero: `17.0` for `17`. */
import { hasHidden } from "../../text/visible.ts";

/** Three zeros are left alone: in `17.000` they may be thousands. */
const FLOAT = /^(\d+)[.,](?:0{1,2}|0{4,})$/;
const DECIMAL = /^\d+[.,]\d+$/;
/** A large number as a spreadsheet shortens it: its last digits are lost. */
const SHORTENED = /^\d(?:[.,]\d+)?e\+\d{2,3}$/i;
const DIGITS = /^\d+$/;

/** Returns an id without a fraction of zero; any other id unchanged. */
export function withoutFraction(id: string): string {
  return isPlain(id) ? id : id.replace(FLOAT, "$1");
}

/** Fast path: whether an id has neither a point nor a comma. */
function isPlain(id: string): boolean {
  return !id.includes(".") && !id.includes(",");
}

/**
 * How a column of ids is written: `joined` if it has both `17` and `18.0`, so that `18.0` is 18;
 * `unclear` if it has other decimals, too, as numbers of versions do; else `exact`.
 */
export type IdSpelling = "exact" | "joined" | "unclear";

/** Collects evidence for the spelling of the ids of one or more columns, in constant memory. */
export class IdSpellingEvidence {
  #hasDigits = false;
  #hasFloats = false;
  #hasDecimals = false;
  #shortened: string | undefined;
  #hasHidden = false;

  /** Adds a cell: an id or a blank. */
  add(cell: string): void {
    this.#hasHidden ||= hasHidden(cell);
    if (this.#shortened === undefined && cell.includes("+") && SHORTENED.test(cell.trim())) {
      this.#shortened = cell.trim();
    }
    if (isPlain(cell)) {
      this.#hasDigits ||= DIGITS.test(cell.trim());
      return;
    }
    const id = cell.trim();
    if (FLOAT.test(id)) this.#hasFloats = true;
    else if (DECIMAL.test(id)) this.#hasDecimals = true;
  }

  /** The first id that a spreadsheet has shortened, if there is one. */
  get shortened(): string | undefined {
    return this.#shortened;
  }

  /** Whether some id has invisible characters. */
  get hasHidden(): boolean {
    return this.#hasHidden;
  }

  decide(): IdSpelling {
    if (!this.#hasDigits || !this.#hasFloats) return "exact";
    return this.#hasDecimals ? "unclear" : "joined";
  }
}
