/** Items that were first seen lately. */
import type { Model } from "../model.ts";

const DAY = 86_400;

const found = new WeakMap<Model["items"], Map<number, { flags: Uint8Array; count: number }>>();

/**
 * Returns a flag per item, 1 if it is new, and their number: items added since the training, and those
 * whose first interaction is at most `days` before the last first one. Cached with the model.
 */
export function newItems(model: Model, days: number): { flags: Uint8Array; count: number } {
  let known = found.get(model.items);
  if (!known) found.set(model.items, known = new Map());
  const cached = known.get(days);
  if (cached) return cached;
  const { items: { firstSeen, popularity }, added, deleted } = model;
  const flags = new Uint8Array(popularity.length);
  const since = (firstSeen?.reduce((most, time) => time > most ? time : most, -Infinity) ?? NaN) -
    days * DAY;
  let count = 0;
  for (let item = 0; item < flags.length; item++) {
    const isAdded = added !== undefined && item >= added.first;
    if (deleted?.[item] || !(isAdded || (firstSeen && firstSeen[item] >= since))) continue;
    flags[item] = 1;
    count++;
  }
  const made = { flags, count };
  known.set(days, made);
  return made;
}
