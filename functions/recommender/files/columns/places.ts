/** Column indices of a mapping. */
import type { InteractionMapping } from "../mapping.ts";

/** Returns the column index of each field of an interaction row; −1 if it is not mapped. */
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

/** Returns the index of a column; −1 if no name is given or no column has it. */
export function placeOf(name: string | undefined, columns: readonly string[]): number {
  return name === undefined ? -1 : columns.indexOf(name);
}
