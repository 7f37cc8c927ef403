/** Placements compiled for a model: once per model and version of a placement. */
import type { Model } from "../model.ts";
import { itemOf } from "../request.ts";
import type { Steps } from "../steps.ts";
import { COST } from "../work.ts";
import { type ItemPin, pinsOf } from "./pins.ts";
import { itemUnits, passingSteps } from "./evaluate.ts";
import { comparesWithItem, type Node, parseExpression } from "./expression.ts";
import type { Boost, NamedPlacement } from "./placement.ts";

/** A placement whose conditions are flags and factors per item of one model. */
export interface CompiledPlacement extends NamedPlacement {
  /** Items that pass the filter, as far as it does not compare with the requested item. */
  passing?: Uint8Array;
  /** Product of the boosts per item; absent if all are 1. */
  factors?: Float64Array<ArrayBuffer>;
  /** Conditions that compare with the requested item, evaluated with each request. */
  ofItem: { filter?: Node; boosts: { when: Node; times: number }[] };
  pins: ItemPin[];
  /** Units of `ofItem`. */
  units: number;
  /** The last result of `allowedOf`. */
  allowed?: AllowedItems & { hidden: Uint8Array | undefined };
}

/** The items that may be recommended, as `rank` takes them: see `Question`. */
export interface AllowedItems {
  excluded?: Uint8Array;
  allowed?: Uint32Array;
}

/** Maximum number of compiled placements of one model. */
const MOST = 200;

const compiled = new WeakMap<Model["items"], Map<string, CompiledPlacement>>();

/** Returns a placement compiled for a model, from the cache if it was compiled before. */
export function* compiledSteps(model: Model, placement: NamedPlacement): Steps<CompiledPlacement> {
  let known = compiled.get(model.items);
  if (!known) compiled.set(model.items, known = new Map());
  const key = `${placement.version} ${placement.name}`;
  const found = known.get(key);
  if (found) return found;
  const made = yield* compileSteps(model, placement);
  if (known.size >= MOST) known.clear();
  known.set(key, made);
  return made;
}

/**
 * Compiles a placement.
 * @throws {ExpressionError} for an invalid expression.
 * @throws {FilterError} if a condition does not fit the kind of its column.
 */
export function* compileSteps(model: Model, placement: NamedPlacement): Steps<CompiledPlacement> {
  const { filter, boost = [], pins = [] } = placement.rules;
  const ofItem: CompiledPlacement["ofItem"] = { boosts: [] };
  const filterNode = filter && parseExpression(filter);
  let passing: Uint8Array | undefined;
  if (filterNode) {
    if (comparesWithItem(filterNode)) ofItem.filter = filterNode;
    else passing = yield* passingSteps(model, filterNode);
  }
  let factors: Float64Array<ArrayBuffer> | undefined;
  for (const { when, times } of boost) {
    const node = parseExpression(when);
    if (comparesWithItem(node)) ofItem.boosts.push({ when: node, times });
    else factors = yield* boostedSteps(model, { when: node, times, factors });
  }
  const found = yield* pinsOf(model, pins, itemOf);
  const nodes = [...(ofItem.filter ? [ofItem.filter] : []), ...ofItem.boosts.map((b) => b.when)];
  const units = nodes.reduce((sum, node) => sum + itemUnits(model, node), 0);
  return { ...placement, passing, factors, ofItem, pins: found, units };
}

/** Returns the factors of a compiled placement, times those that depend on the requested item. */
export function* factorsSteps(
  model: Model,
  { factors, ofItem }: CompiledPlacement,
  item: number | undefined,
): Steps<Float64Array<ArrayBuffer> | undefined> {
  if (item === undefined || ofItem.boosts.length === 0) return factors;
  let all = factors?.slice();
  for (const { when, times } of ofItem.boosts) {
    all = yield* boostedSteps(model, { when, times, factors: all }, item);
  }
  return all;
}

/**
 * Returns the items that are neither hidden nor excluded by the filters of the placement and of the
 * request. Without conditions of the request, the result is kept for the next one.
 * @param options.also flags of items that the request excludes.
 */
export function* allowedSteps(
  model: Model,
  compiled: CompiledPlacement,
  { hidden = model.deleted, also, item }: {
    hidden?: Uint8Array;
    also?: Uint8Array;
    item?: number;
  },
): Steps<AllowedItems> {
  const { passing, ofItem, allowed: last } = compiled;
  if (!passing && !ofItem.filter && !also) return { excluded: hidden };
  const isKept = !ofItem.filter && !also;
  if (isKept && last && last.hidden === hidden) return last;
  const own = ofItem.filter && (yield* passingSteps(model, ofItem.filter, item));
  const { popularOrder } = model.items;
  const excluded = new Uint8Array(popularOrder.length);
  yield excluded.length * COST.checked * 2;
  for (let i = 0; i < excluded.length; i++) {
    excluded[i] = +(hidden?.[i] === 1 || passing?.[i] === 0 || own?.[i] === 0 || also?.[i] === 1);
  }
  const allowed = popularOrder.filter((item) => !excluded[item]);
  if (isKept) compiled.allowed = { hidden, excluded, allowed };
  return { excluded, allowed };
}

/** Multiplies factors, created if absent, by that of a boost where items pass. */
function* boostedSteps(
  model: Model,
  { when, times, factors }:
    & { when: Node; factors?: Float64Array<ArrayBuffer> }
    & Pick<Boost, "times">,
  item?: number,
): Steps<Float64Array<ArrayBuffer>> {
  const flags = yield* passingSteps(model, when, item);
  const all = factors ?? new Float64Array(flags.length).fill(1);
  for (let i = 0; i < flags.length; i++) if (flags[i]) all[i] *= times;
  return all;
}
