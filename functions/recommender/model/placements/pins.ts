/** Pins: items at fixed positions of a list. */
import type { Model } from "../model.ts";
import type { Steps } from "../steps.ts";
import { passingSteps } from "./evaluate.ts";
import { comparesWithItem, type Node, parseExpression } from "./expression.ts";
import type { Pin } from "./placement.ts";

/** A pin with the index of its item, or the flags of items that pass its filter. */
export interface ItemPin {
  /** From 0. */
  place: number;
  /** −1 if the catalogue has no such item, which then is not pinned. */
  item?: number;
  passing?: Uint8Array;
  /** A filter that compares with the requested item. */
  ofItem?: Node;
  /** Milliseconds since 1970: from the first to before the second. */
  from: number;
  to: number;
}

/** Returns the pins of a placement for a model, by position. */
export function* pinsOf(
  model: Model,
  pins: readonly Pin[],
  itemOf: (model: Model, id: string) => number,
): Steps<ItemPin[]> {
  const found: ItemPin[] = [];
  for (const { position, item_id, filter, from, to } of pins) {
    const node = filter && parseExpression(filter);
    const ofItem = node && comparesWithItem(node) ? node : undefined;
    found.push({
      place: position - 1,
      ...(item_id !== undefined && { item: itemOf(model, item_id) }),
      ...(node && !ofItem && { passing: yield* passingSteps(model, node) }),
      ...(ofItem && { ofItem }),
      from: from === undefined ? -Infinity : Date.parse(from),
      to: to === undefined ? Infinity : Date.parse(to),
    });
  }
  return found.sort((a, b) => a.place - b.place);
}

/** Returns the pins that are in effect at a time, in milliseconds since 1970. */
export function activePins(pins: readonly ItemPin[], now: number): ItemPin[] {
  return pins.filter(({ from, to }) => from <= now && now < to);
}

/**
 * Puts items at their places of a list, the others around them in their order. An item whose place is
 * beyond the end comes last.
 * @param options.first place of the list's first item, from 0.
 * @param options.n length of the list.
 */
export function withPins<Item>(
  list: readonly Item[],
  pinned: readonly { place: number; item: Item }[],
  { first, n }: { first: number; n: number },
): Item[] {
  const own = pinned.filter(({ place }) => place >= first && place < first + n);
  const all: Item[] = [];
  let next = 0;
  for (const { place, item } of own) {
    while (all.length < place - first && next < list.length) all.push(list[next++]);
    all.push(item);
  }
  return [...all, ...list.slice(next)].slice(0, n);
}
