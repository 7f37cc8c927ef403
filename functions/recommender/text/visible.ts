/**
 * Characters that are not shown: two ids that differ only by them look alike and are one. Joiners
 * within an id stay, since they change how Persian, Hindi and emoji are written.
 */

/** Blanks of no width, marks of the direction of writing, byte order marks. */
const HIDDEN = /[\u200b\u200e\u200f\u2060\ufeff]/g;
const JOINERS = "\u200c\u200d";
const ANY = /[\u200b-\u200f\u2060\ufeff]/;

/** Whether an id has characters that are not shown. */
export function hasHidden(id: string): boolean {
  return ANY.test(id);
}

/** Returns an id without characters that are not shown, and without blanks around it. */
export function visibleId(id: string): string {
  return hasHidden(id) ? withoutJoiners(id.replace(HIDDEN, "").trim()) : id.trim();
}

/** Returns a text without joiners around it. */
function withoutJoiners(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && JOINERS.includes(text[start])) start++;
  while (end > start && JOINERS.includes(text[end - 1])) end--;
  return text.slice(start, end).trim();
}
