/**
 * Histories as of now: what a version's training stored of a person, and the live events since. Both
 * are rows, from which the function that training uses makes the history.
 */
import type { Sql } from "postgres";
import { joined } from "../../http/database/joined.ts";
import { Memory } from "../../http/load/memory.ts";
import {
  historyOf,
  type HistoryRow,
  type TypedRow,
  type WeighedItems,
} from "../model/history/history.ts";
import { eventWeight, LIVE_EVENT_WEIGHTS, type Reading } from "../model/history/reading.ts";
import type { Manifest, Model, UserTable } from "../model/model.ts";
import { itemOf, personId } from "../model/request.ts";
import { indexOfString, stringTable } from "../model/string_table.ts";
import type { ServedModel } from "../registry/cache/model_cache.ts";
import {
  type AskedPerson,
  countLiveEvents,
  eventsOf,
  type LiveEvent,
  type Person,
  type PersonEvents,
} from "./live_events.ts";
import { meantType } from "./meant_types.ts";

/** A person of a request. */
export type Visitor = Pick<Person, "person" | "anonymous">;

export interface LiveHistories {
  /**
   * Returns the histories of these persons of one of the owner's projects, in a model whose users are
   * at least these; undefined for a model without users.
   */
  of(
    champion: ServedModel,
    project: Pick<Person, "ownerId" | "projectId">,
    visitors: readonly Visitor[],
  ): Promise<UserTable | undefined>;
  /**
   * Returns the rows of a person, those of the training first, then the live events since with their
   * types; each oldest first.
   */
  rowsOf(
    champion: ServedModel,
    project: Pick<Person, "ownerId" | "projectId">,
    visitor: Visitor,
  ): Promise<TypedRow[]>;
  /** Notes that this process has stored events of a project. */
  eventsCame(project: Pick<Person, "ownerId" | "projectId">): void;
}

/** Whether projects have live events, by owner and project. */
export function liveMemory(now = Date.now): Memory<boolean> {
  return new Memory({ ms: 2_000, room: 10_000, now });
}

/** Maximum number of persons in one statement. */
const MOST_PERSONS = 500;

/**
 * Reads live events with each request, so that an answer knows all that were accepted before it.
 * That a project has none is remembered for two seconds.
 */
export function createLiveHistories(sql: Sql, known = liveMemory()): LiveHistories {
  const eventsOfPerson = joined((asked: AskedPerson[]) => eventsOf(sql, asked), {
    atMost: MOST_PERSONS,
  });
  const hasEvents = (
    { ownerId, projectId }: Pick<Person, "ownerId" | "projectId">,
    find = async () => (await countLiveEvents(sql, ownerId, projectId) ?? 0) > 0,
  ) => known.of(`${ownerId} ${projectId}`, { by: sql, find });

  return {
    async of({ model, slices, rows }, project, visitors) {
      if (!slices && !model.users) return undefined;
      const stored = async (ids: string[]) => slices ? await slices.of(ids) : model.users!;
      const ids = visitors.map(personId);
      if (visitors.length === 0 || !await hasEvents(project)) return await stored(ids);
      const since = model.manifest.learned_to ?? 0;
      const reading = readingOf(model.manifest);
      const [tableBefore, found] = await Promise.all([
        // The rows make the same history and are kept, while slices are read with each request. It
        // is not made where events change it.
        slices && rows && ids.length === 1
          ? rows.of(ids[0]).then((own) => () => tableOf(ids, [historyOf(own, reading)]))
          : stored(ids).then((table) => () => table),
        Promise.all(
          visitors.map(({ person, anonymous }) =>
            eventsOfPerson({ ...project, person, anonymous, since })
          ),
        ),
      ]);
      if (!found.some(isChange)) return tableBefore();
      const histories = await Promise.all(found.map(async (one, i) => {
        if (!isChange(one)) return storedHistory(tableBefore(), ids[i]);
        const persons = [
          ...(one.isMerged ? [] : [ids[i]]),
          ...one.merged.map((person) => personId({ person, anonymous: true })),
        ];
        const events = liveRows(model, one.events);
        if (!rows) {
          return joinedHistory(model.manifest, storedHistory(tableBefore(), ids[i]), events);
        }
        const before = await Promise.all(persons.map((person) => rows.of(person)));
        return historyOf([...before.flat(), ...events], reading);
      }));
      return tableOf(ids, histories);
    },

    async rowsOf({ model, rows }, project, visitor) {
      const since = model.manifest.learned_to ?? 0;
      const own = personId(visitor);
      const none: PersonEvents = { events: [], merged: [], isMerged: false };
      const { events, merged, isMerged } = await hasEvents(project)
        ? await eventsOfPerson({ ...project, ...visitor, since })
        : none;
      const persons = [
        ...(isMerged ? [] : [own]),
        ...merged.map((person) => personId({ person, anonymous: true })),
      ];
      const before = await Promise.all(persons.map((person) => rows?.of(person) ?? []));
      return [...before.flat(), ...liveRows(model, events)];
    },

    eventsCame(project) {
      known.forget(`${project.ownerId} ${project.projectId}`);
      hasEvents(project, () => Promise.resolve(true));
    },
  };
}

function isChange({ events, merged, isMerged }: PersonEvents): boolean {
  return events.length > 0 || merged.length > 0 || isMerged;
}

/** Returns the events of items in the catalogue as rows. */
function liveRows(model: Model, events: readonly LiveEvent[]): TypedRow[] {
  const reading = readingOf(model.manifest);
  const rows: TypedRow[] = [];
  for (const { itemId, type, value, time } of events) {
    const item = knownItemOf(model, itemId);
    if (item < 0) continue;
    const rating = type === "rating" ? value ?? NaN : NaN;
    const weight = eventWeight(reading, meantType(reading, type));
    rows.push({ item, weight, rating, time, type });
  }
  return rows;
}

/** Maximum number of items whose index in a model is remembered. */
const MOST_ITEMS = 10_000;
const indices = new WeakMap<Model["items"], Map<string, number>>();

/** As `itemOf`; remembers items, since the same person is often asked again. */
function knownItemOf(model: Model, itemId: string): number {
  let known = indices.get(model.items);
  if (!known) indices.set(model.items, known = new Map());
  let item = known.get(itemId);
  if (item === undefined) {
    item = itemOf(model, itemId);
    // Pages can send any id.
    if (item < 0) return item;
    if (known.size >= MOST_ITEMS) known.clear();
    known.set(itemId, item);
  }
  return item;
}

/** Returns the reading of a model; of one that names none, that of plain interactions. */
function readingOf({ reading, liking }: Manifest): Reading {
  return reading ??
    { liking: liking ?? { rule: "all" }, signal: "liked", event_weights: LIVE_EVENT_WEIGHTS };
}

/**
 * Returns a history of a model without rows, with the items of the events in place of what it has of
 * them.
 */
function joinedHistory(
  manifest: Manifest,
  stored: WeighedItems,
  events: HistoryRow[],
): WeighedItems {
  const live = historyOf(events, readingOf(manifest));
  const isLive = new Set(live.items);
  const kept = [...stored.items.keys()].filter((entry) => !isLive.has(stored.items[entry]));
  return {
    items: Uint32Array.of(...kept.map((entry) => stored.items[entry]), ...live.items),
    weights: Float32Array.of(...kept.map((entry) => stored.weights[entry]), ...live.weights),
  };
}

/** Returns the history of a person in a table; empty if it has none. */
function storedHistory({ ids, histories }: UserTable, id: string): WeighedItems {
  const user = indexOfString(ids, id);
  const [start, end] = user < 0 ? [0, 0] : [histories.offsets[user], histories.offsets[user + 1]];
  return {
    items: histories.columns.subarray(start, end),
    weights: histories.values.subarray(start, end),
  };
}

/** Returns a table of persons with their histories; those with an empty one are left out. */
function tableOf(ids: string[], histories: WeighedItems[]): UserTable {
  const known = new Map(
    ids.map((id, i) => [id, histories[i]] as const).filter(([, { items }]) => items.length > 0),
  );
  const rows = [...known.values()];
  const offsets = new Uint32Array(rows.length + 1);
  rows.forEach(({ items }, i) => offsets[i + 1] = offsets[i] + items.length);
  const columns = new Uint32Array(offsets[rows.length]);
  const values = new Float32Array(offsets[rows.length]);
  rows.forEach(({ items, weights }, i) => {
    columns.set(items, offsets[i]);
    values.set(weights, offsets[i]);
  });
  return { ids: stringTable([...known.keys()]), histories: { offsets, columns, values } };
}
