/**
 * Cursors of pages: the version of the model and the items on the pages so far. The next page is the
 * best of the others, so that no item comes twice, whatever events came in between.
 */
import { Problem } from "../../http/problem.ts";
import { invalidInput } from "../../http/service/service.ts";

/** Maximum number of items on all pages of a list. */
export const MOST_ITEMS = 1_000;

/**
 * Returns the cursor of the next page: opaque, URL-safe text.
 * @param items indices in the catalogue of the model's version, of all pages so far.
 */
export function pageCursor(version: string, items: readonly number[]): string {
  const bytes: number[] = [...new TextEncoder().encode(`${version}\0`)];
  let last = 0;
  for (const item of items.toSorted((a, b) => a - b)) {
    // Differences, in groups of seven bits, the last group without the high bit.
    let difference = item - last;
    last = item;
    for (; difference > 127; difference = Math.floor(difference / 128)) {
      bytes.push(128 + difference % 128);
    }
    bytes.push(difference);
  }
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_")
    .replaceAll("=", "");
}

/**
 * Returns the items on the pages before.
 * @throws {Problem} 410 if another version serves, 422 if it is no cursor.
 */
export function itemsOfCursor(
  cursor: string,
  { version, items: catalogue }: { version: string; items: number },
): number[] {
  const bytes = bytesOf(cursor);
  const end = bytes.indexOf(0);
  if (end < 0) invalid();
  if (new TextDecoder().decode(bytes.subarray(0, end)) !== version) {
    throw new Problem(
      "gone",
      "Another version of the model serves since the page before: begin again without a cursor.",
    );
  }
  const items: number[] = [];
  let last = 0;
  for (let i = end + 1; i < bytes.length; i++) {
    let factor = 1;
    for (; bytes[i] > 127; i++, factor *= 128) last += (bytes[i] - 128) * factor;
    last += (bytes[i] ?? NaN) * factor;
    if (!(last < catalogue) || items.length >= MOST_ITEMS) invalid();
    items.push(last);
  }
  return items;
}

function bytesOf(cursor: string): Uint8Array {
  try {
    const text = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(text, (character) => character.charCodeAt(0));
  } catch {
    return invalid();
  }
}

/** @throws {Problem} 422 */
function invalid(): never {
  throw invalidInput([{ pointer: "/cursor", detail: "must be the cursor of the page before" }]);
}
