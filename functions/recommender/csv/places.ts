/** Where in a record a mapping's columns stand. */
import type { InteractionMapping } from "./mapping.ts";

/** Where a row of an interaction file has what; −1 where the mapping names no column. */
export function interactionPlaces(
  mapping: InteractionMapping,
  columns: readonly string[],
): Record<"user" | "item" | "title" | "rating" | "time" | "event", number> {
  return {
    user: placeOf(mapping.user_id, columns),
    item: placeOf(mapping.item_id, columns),
    title: placeOf(mapping.item_title, columns),
    rating: placeOf(mapping.rating, columns),
    time: placeOf(mapping.timestamp, columns),
    event: placeOf(mapping.event_type, columns),
  };
}

/** The place of a column; −1 where no name is given, or no column has it. */
export function placeOf(name: string | undefined, columns: readonly string[]): number {
  return name === undefined ? -1 : columns.indexOf(name);
}
