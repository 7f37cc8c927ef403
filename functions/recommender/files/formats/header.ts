import { parseNumber } from "../values/numbers.ts";
import { parseTime } from "../values/times.ts";

/** Words frequent in headers and rare in data. */
const names =
  /^\W*(.*(^|[_\W])(id|ids|key|code|name|title|user|item|rating|score|timestamp|date|time|genres?|tags?|category|type|event|weight|count|price|description)|[a-z]+Id)$/i;

/** Maximum length of a column name: `names` takes quadratic time on signs. */
const LONGEST_NAME = 256;

/** Whether a cell reads like a column name. */
export function isName(cell: string): boolean {
  const text = cell.trim();
  return text.length <= LONGEST_NAME && names.test(text);
}

/** Whether half of the first record's cells read like names, or are above numbers or dates. */
export function isNamed([first, ...rest]: string[][]): boolean {
  const named = first.filter((cell, i) => isName(cell) || isMeasured(rest, i));
  return named.length * 2 >= first.length;
}

/**
 * Whether the first record is a header. A number or date in it means no; a name, or a column whose
 * other cells are numbers or dates, means yes; a cell that recurs below in its column means no;
 * otherwise it is a header if its texts are distinct.
 */
export function detectHeader(records: string[][]): boolean {
  const [first, ...rest] = records;
  if (first === undefined || first.every((cell) => cell.trim() === "")) return false;
  if (first.some(isMeasure)) return false;
  const body = rest.filter((cells) => cells.length === first.length);
  if (first.some(isName)) return true;
  if (first.some((_, i) => isMeasured(body, i))) return true;
  if (first.some((cell, i) => cell !== "" && body.some((cells) => cells[i] === cell))) return false;
  return new Set(first).size === first.length;
}

/**
 * Returns unique, non-empty column names: those of the header, or `column1`, `column2` …;
 * duplicates get the suffix `_2`, `_3` ….
 */
export function columnNames(first: readonly string[], header: boolean): string[] {
  const taken = new Set<string>(header ? first.map((cell) => cell.trim()) : []);
  const seen = new Set<string>();
  /** The next suffix to try by name: from 2 each, a thousand equal names take quadratic time. */
  const suffixes = new Map<string, number>();
  return first.map((cell, i) => {
    const wanted = header && cell.trim() !== "" ? cell.trim() : `column${i + 1}`;
    let name = wanted;
    for (
      let n = suffixes.get(wanted) ?? 2;
      seen.has(name) || name !== wanted && taken.has(name);
      n++
    ) {
      name = `${wanted}_${n}`;
      suffixes.set(wanted, n + 1);
    }
    seen.add(name);
    return name;
  });
}

/** Whether nearly all filled cells of a column are numbers or dates. */
function isMeasured(body: string[][], column: number): boolean {
  const filled = body.map((cells) => cells[column] ?? "").filter((cell) => cell.trim() !== "");
  return filled.length > 0 && filled.filter(isMeasure).length >= 0.9 * filled.length;
}

/** Whether a cell is a number or a date. */
export function isMeasure(cell: string): boolean {
  return [parseNumber(cell), parseTime(cell)].some((value) => value !== null && !isNaN(value));
}
