import { ANONYMOUS } from "../model/request.ts";

/**
 * Matches a random UUID (version 4 or 7), with the number of a product if the event has several.
 */
const RANDOM = /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?:#\d+)?$/i;

/**
 * Returns the id under which a page's event is stored. A random UUID stays; any other id, such as
 * an order number, can be guessed and is prefixed with its person. Otherwise a page could find out
 * which ids servers have sent, or send one first, so that the server's event is dropped as a
 * duplicate.
 */
export function pageEventId(
  id: string | null,
  { person, anonymous }: { person: string; anonymous: boolean },
): string | null {
  if (id === null || RANDOM.test(id)) return id;
  return `${anonymous ? ANONYMOUS : ""}${person}${ANONYMOUS}${id}`;
}
