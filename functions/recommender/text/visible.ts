/**
 * Invisible characters: ids that differ only by them look alike and are the same id. Joiners
 * within an id stay, since they change how Persian, Hindi and emoji are written.
 */

/** Zero-width spaces, directional marks, byte order marks. */
const HIDDEN = /[\u200b\u200e\u200f\u2060\ufeff]/g;
const JOINERS = "\u200c\u200d";
const ANY = /[\u200b-\u200f\u2060\ufeff]/;

/** Whether an id has invisible characters, joiners included. */
export function hasHidden(id: string): boolean {
  return ANY.test(id);
}

/** Returns an id without invisible characters, and without blanks and joiners around it. */
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
