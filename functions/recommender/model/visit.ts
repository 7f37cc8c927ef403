/** Inputs of a ranking that depend on the visitor of a request. */
import { type AskedHistory } from "./asked_history.ts";
import type { Model } from "./model.ts";
import { type History, rejectedOf } from "./rank.ts";
import { personId, personOf } from "./request.ts";
import { COST, newestRows, type RankedRows, SLICE_UNITS } from "./work.ts";

/** Inputs of one ranking. */
export interface Visit {
  item: number | undefined;
  /** The part of the history that is summed: its newest rows. */
  history: History | undefined;
  ranked: RankedRows;
  /** Items of the older rows that must be excluded; they do not affect scores. */
  older: readonly number[];
  unknown: string | undefined;
  includeSeen: boolean;
}

const NOTHING: RankedRows = { rows: 0, entries: 0 };

/** Returns the inputs of a ranking, of the newest rows of the history if there are limits. */
export function visitOf(
  { weights }: Model,
  { item, history, unknown, includeSeen }:
    & AskedHistory
    & { item?: number; includeSeen?: boolean | null },
  { limits }: { limits?: object },
): Visit {
  const ranked = history ? newestRows(weights, history, limits && NEWEST) : NOTHING;
  const visit = { item, history, ranked, older: [], unknown, includeSeen: includeSeen ?? false };
  const older = history ? history.items.length - ranked.rows : 0;
  if (older === 0) return visit;
  const [begun, newest] = [[0, older], [older]].map((range) => partOf(history!, range));
  return { ...visit, history: newest, older: includeSeen ? rejectedOf(begun) : [...begun.items] };
}

function partOf({ items, weights }: History, range: number[]) {
  return {
    items: Array.from(items).slice(...range),
    weights: weights && Array.from(weights).slice(...range),
  };
}

/** Limit of the history's rows in one ranking, in units. */
const NEWEST = { most: SLICE_UNITS - COST.ranking };

/** Returns the model without users if the person is erased, so that the person is unknown. */
export function knownTo(
  model: Model,
  request: Parameters<typeof personOf>[0],
  { erased }: { erased?: ReadonlySet<string> },
): Model {
  const person = erased && personOf(request);
  return person && erased.has(personId(person)) ? { ...model, users: undefined } : model;
}
