/** The catalogue as of now: a version's items with those that were changed since its training. */
import type { Sql } from "postgres";
import type { Lane } from "../../http/load/lane.ts";
import { Memory } from "../../http/load/memory.ts";
import type { AddedItemRow, ChangedItem } from "../model/changed_items.ts";
import type { Model } from "../model/model.ts";
import type { ServedModel } from "../registry/cache/model_cache.ts";
import { type ChangedModelMemory, changedModels, type NumberedChanges } from "./changed_models.ts";
import { type ItemColumns, itemColumns, modelCell } from "./item_columns.ts";
import type { Person } from "./live_events.ts";
import { type LiveItem, type LiveItemChanges, liveItemsAfter } from "./live_items.ts";

/** A project of an owner. */
type OfOwner = Pick<Person, "ownerId" | "projectId">;

export interface LiveCatalogue {
  /**
   * Returns a version with the live items of the project; the same model if there are none. While
   * it is built after a change, all answers but one get the live items before the change.
   */
  of<Served extends Pick<ServedModel, "version" | "model">>(
    served: Served,
    project: OfOwner,
  ): Promise<Served>;
  /**
   * Notes that this process has changed live items of a project that the version serves; resolves
   * when its answers have the change.
   */
  itemsChanged(served: ServedItems, project: OfOwner): Promise<void>;
}

/** The live items of a version, and the last numbers seen. Never changed, so that it can be cached. */
interface Seen extends NumberedChanges {
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
  models: ChangedModelMemory;
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
 * @param options.lane schedules the builds of changed models.
 */
export function createLiveCatalogue(
  sql: Sql,
  { lane, memory = catalogueMemory() }: { lane: Lane; memory?: CatalogueMemory },
): LiveCatalogue {
  const models = changedModels(lane, memory.models);

  async function read(key: string, { version, model }: ServedItems, project: OfOwner) {
    const before = memory.seen.get(key) ?? nothing(model);
    const after = await withChanges(
      before,
      ({ itemsAfter, rowsAfter }) =>
        liveItemsAfter(sql, { ...project, version, itemsAfter, rowsAfter }),
      model,
    );
    const known = memory.seen.get(key);
    // A slower look-up does not replace the result of a later one.
    if (known && known.last >= after.last) return known;
    memory.seen.delete(key);
    memory.seen.set(key, after);
    if (memory.seen.size > ROOM) memory.seen.delete(memory.seen.keys().next().value!);
    return after;
  }

  async function changed<Served extends ServedItems>(
    served: Served,
    project: OfOwner,
    { waits }: { waits: boolean },
  ): Promise<Served> {
    const key = keyOf(served.version, project);
    const seen = await memory.asked.of(key, { by: sql, find: () => read(key, served, project) });
    if (seen.items.size === 0) return served;
    const { ownerId } = project;
    return { ...served, model: await models.of(served.model, seen, { ownerId, waits }) };
  }

  return {
    of: (served, project) => changed(served, project, { waits: false }),

    async itemsChanged(served, project) {
      memory.asked.forget(keyOf(served.version, project));
      await changed(served, project, { waits: true });
    },
  };
}

type ServedItems = Pick<ServedModel, "version" | "model">;

function keyOf(version: string, { ownerId, projectId }: OfOwner): string {
  return `${ownerId} ${projectId} ${version}`;
}

function nothing({ manifest }: Model): Seen {
  const itemsAfter = manifest.learned_items ?? 0;
  return { itemsAfter, rowsAfter: 0, last: itemsAfter, items: new Map(), rows: new Map() };
}

/** Returns the live items with the changes after `before`; the same if there are none. */
async function withChanges(
  before: Seen,
  next: (after: Pick<Seen, "itemsAfter" | "rowsAfter">) => Promise<LiveItemChanges>,
  { manifest }: Model,
): Promise<Seen> {
  let { itemsAfter, rowsAfter } = before;
  let page = await next(before);
  if (page.items.length + page.rows.length === 0) return before;
  const columns = itemColumns(manifest);
  const items = new Map(before.items);
  const rows = new Map(before.rows);
  while (page.items.length + page.rows.length > 0) {
    for (const { itemId, title, cells, deleted } of page.items) {
      // The order is that of the changes, also for an item that was changed before.
      items.delete(itemId);
      items.set(itemId, { title, cells: modelCells(cells, columns), deleted });
    }
    for (const { itemId, items, weights, similar } of page.rows) {
      rows.set(itemId, { items, weights, similar });
    }
    itemsAfter = page.items.at(-1)?.seq ?? itemsAfter;
    rowsAfter = page.rows.at(-1)?.seq ?? rowsAfter;
    page = await next({ itemsAfter, rowsAfter });
  }
  // Numbers of both tables are of one sequence.
  return { itemsAfter, rowsAfter, last: Math.max(itemsAfter, rowsAfter), items, rows };
}

/** Returns the values of the columns that a model has: those that can be filtered by. */
function modelCells(cells: LiveItem["cells"], columns: ItemColumns): ChangedItem["cells"] {
  return new Map(
    [...cells].flatMap(([name, cell]) => {
      const kind = columns.get(name);
      return kind == null ? [] : [[name, modelCell(cell, kind)] as const];
    }),
  );
}
