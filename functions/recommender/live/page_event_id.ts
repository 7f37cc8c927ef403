import { ANONYMOUS } from "../model/request.ts";

/** A random UUID (version 4 or 7), with the number of a product. */
const RANDOM = /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?:#\d+)?$/i;

/**
 * Returns the id of a page's event as it is stored: one that can be guessed, such as the number of
 * an order, is unique for its person only. Otherwise a page could ask which numbers servers sent,
 * or send them first, so that the servers' events are duplicates.
 */
export function pageEventId(
  id: string | null,
  { person, anonymous }: { person: string; anonymous: boolean },
): string | null {
  if (id === null || RANDOM.test(id)) return id;
  return `${anonymous ? ANONYMOUS : ""}${person}${ANONYMOUS}${id}`;
}
