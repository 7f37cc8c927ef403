/** The catalogue as of now: a version's items with those that were changed since its training. */
import type { Sql } from "postgres";
import { Memory } from "../../http/load/memory.ts";
import {
  type AddedItemRow,
  type ChangedItem,
  type ItemChanges,
  withChangedItems,
} from "../model/changed_items.ts";
import type { Model } from "../model/model.ts";
import type { ServedModel } from "../registry/cache/model_cache.ts";
import { itemColumns, modelCell } from "./item_columns.ts";
import type { Person } from "./live_events.ts";
import { type LiveItemChanges, liveItemsAfter } from "./live_items.ts";

/** A project of an owner. */
type OfOwner = Pick<Person, "ownerId" | "projectId">;

export interface LiveCatalogue {
  /** Returns a version with the live items of the project; the same model if there are none. */
  of<Served extends Pick<ServedModel, "version" | "model">>(
    served: Served,
    project: OfOwner,
  ): Promise<Served>;
  /** Notes that this process has changed live items of a project, which the version serves. */
  itemsChanged(version: string, project: OfOwner): void;
}

/** The live items of a version, and the last numbers seen. Never changed, so that it can be cached. */
interface Seen extends ItemChanges {
  itemsAfter: number;
  rowsAfter: number;
  items: ReadonlyMap<string, ChangedItem>;
  rows: ReadonlyMap<string, AddedItemRow>;
}

/** Live items by owner, project and version, which outlive a request. */
export interface CatalogueMemory {
  /** Look-ups of the last two seconds. */
  asked: Memory<Seen>;
  /** Last results by the same keys. */
  seen: Map<string, Seen>;
  /** Changed models by the version's model. */
  models: WeakMap<Model, { seen: Seen; model: Model }>;
}

/** Maximum age of live items in an answer, in ms. */
const MAX_AGE_MS = 2_000;
/** Maximum number of projects whose live items are kept. */
const ROOM = 1_000;

export function catalogueMemory(): CatalogueMemory {
  return {
    asked: new Memory({ ms: MAX_AGE_MS, room: ROOM }),
    seen: new Map(),
    models: new WeakMap(),
  };
}

/**
 * Reads the changes of live items at most every two seconds, and the first time all that the version
 * has not learned.
 */
export function createLiveCatalogue(sql: Sql, memory = catalogueMemory()): LiveCatalogue {
  async function read(key: string, { version, model }: ServedItems, project: OfOwner) {
    const before = memory.seen.get(key) ?? nothing(model);
    const { itemsAfter, rowsAfter } = before;
    const changes = await liveItemsAfter(sql, { ...project, version, itemsAfter, rowsAfter });
    const after = withChanges(before, changes, model);
    const known = memory.seen.get(key);
    // A slower look-up does not replace the result of a later one.
    if (known && known.itemsAfter + known.rowsAfter >= after.itemsAfter + after.rowsAfter) {
      return known;
    }
    memory.seen.delete(key);
    memory.seen.set(key, after);
    if (memory.seen.size > ROOM) memory.seen.delete(memory.seen.keys().next().value!);
    return after;
  }

  return {
    async of(served, project) {
      const key = keyOf(served.version, project);
      const seen = await memory.asked.of(key, { by: sql, find: () => read(key, served, project) });
      if (seen.items.size === 0) return served;
      const known = memory.models.get(served.model);
      if (known?.seen === seen) return { ...served, model: known.model };
      const model = withChangedItems(served.model, seen);
      memory.models.set(served.model, { seen, model });
      return { ...served, model };
    },

    itemsChanged: (version, project) => memory.asked.forget(keyOf(version, project)),
  };
}

type ServedItems = Pick<ServedModel, "version" | "model">;

function keyOf(version: string, { ownerId, projectId }: OfOwner): string {
  return `${ownerId} ${projectId} ${version}`;
}

function nothing({ manifest }: Model): Seen {
  const itemsAfter = manifest.learned_items ?? 0;
  return { itemsAfter, rowsAfter: 0, items: new Map(), rows: new Map() };
}

function withChanges(
  before: Seen,
  { items, rows }: LiveItemChanges,
  { manifest }: Model,
): Seen {
  if (items.length === 0 && rows.length === 0) return before;
  const columns = itemColumns(manifest);
  const changed = new Map(before.items);
  for (const { itemId, title, cells, deleted } of items) {
    // The order is that of the changes, also for an item that was changed before.
    changed.delete(itemId);
    changed.set(itemId, {
      title,
      cells: new Map(
        [...cells].map(([name, cell]) => [name, modelCell(cell, columns.get(name) ?? null)]),
      ),
      deleted,
    });
  }
  const added = new Map(before.rows);
  for (const { itemId, items, weights, similar } of rows) {
    added.set(itemId, { items, weights, similar });
  }
  return {
    itemsAfter: items.at(-1)?.seq ?? before.itemsAfter,
    rowsAfter: rows.at(-1)?.seq ?? before.rowsAfter,
    items: changed,
    rows: added,
  };
}
