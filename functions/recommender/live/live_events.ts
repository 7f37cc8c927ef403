/**
 * Live events: interactions that calls send one by one, which count in the next answer. Concurrent
 * calls share one statement. `seq` orders the events of all projects; a training learns those up to
 * `recommender.learned_to`, and answers add the later ones.
 */
import type { Sql } from "postgres";
import { isStandardType } from "../model/history/event_types.ts";
import { isOpinion } from "./meant_types.ts";

/** A person of a project: a user, or an anonymous visitor, whose ids never equal a user's. */
export interface Person {
  ownerId: string;
  projectId: number;
  person: string;
  anonymous: boolean;
}

/** A valid event that is not stored yet. */
export interface NewEvent {
  /** Id by which a repeat is recognized, or null. */
  id: string | null;
  itemId: string;
  /** The normalized name. */
  type: string;
  value: number | null;
  /** Milliseconds since 1970. */
  at: number;
  /** Whether the item is in the catalogue; null if undetermined. */
  known: boolean | null;
  /** The list of recommendations that it followed, and the item's place in it. */
  placement?: string | null;
  version?: string | null;
  variant?: string | null;
  position?: number | null;
  /** Number of the list and its time in ms since 1970, or the reason why the list is not valid. */
  list?: string | null;
  listAt?: number | null;
  listFault?: string | null;
}

/** The events of one call. */
export interface AppendCall extends Person {
  events: NewEvent[];
}

/** Result of an append. Events of erased persons are neither added nor duplicates. */
export interface Appended {
  added: number;
  /** Places in the call, from 0, of events whose id the project already has. */
  duplicates: number[];
}

// Arrays as JSON: on Workers the connection knows no array types.

/** Appends the events of calls; returns null for a call whose owner has no such project. */
export async function appendEvents(sql: Sql, calls: AppendCall[]): Promise<(Appended | null)[]> {
  const rows = await sql<(Appended & { call: number })[]>`
    select call, added, to_jsonb(duplicates) as duplicates
    from recommender.append_events(${JSON.stringify(calls.map(withOpinions))}::text::jsonb)`;
  const appended: (Appended | null)[] = calls.map(() => null);
  for (const { call, added, duplicates } of rows) appended[call - 1] = { added, duplicates };
  return appended;
}

/** Returns a call whose events of other types say whether their words reject or undo. */
function withOpinions({ events, ...call }: AppendCall) {
  return {
    ...call,
    events: events.map((event) =>
      isStandardType(event.type) ? event : { ...event, opinion: isOpinion(event.type) }
    ),
  };
}

/** A person whose events are requested. */
export interface AskedPerson extends Person {
  /** Sequence number after which events are returned: `learned_to` of the model's manifest. */
  since: number;
}

/** A stored event. */
export interface LiveEvent {
  seq: number;
  itemId: string;
  type: string;
  value: number | null;
  /** Seconds since 1970. */
  time: number;
}

/** A person's events, and the merges that change whose a model's stored history is. */
export interface PersonEvents {
  /** By `seq`, with those of visitors merged into the user. */
  events: LiveEvent[];
  /** Visitors merged into the user after `since`: their history in the model is the user's, too. */
  merged: string[];
  /** Whether the visitor was merged after `since`: its history in the model is a user's. */
  isMerged: boolean;
}

/** Maximum number of events returned of one person: the latest. */
const MAX_EVENTS = 10_000;

/** Returns the events of each person after `since`. */
export async function eventsOf(sql: Sql, asked: AskedPerson[]): Promise<PersonEvents[]> {
  const rows = await sql<
    { call: number; merged: string[]; is_merged: boolean; events: EventColumns }[]
  >`
    select call, to_jsonb(merged) as merged, is_merged,
      json_build_array(seqs, items, types, amounts, times) as events
    from recommender.person_events(${JSON.stringify(asked)}::text::jsonb, ${MAX_EVENTS})`;
  const found: PersonEvents[] = asked.map(() => ({ events: [], merged: [], isMerged: false }));
  for (const { call, merged, is_merged, events } of rows) {
    found[call - 1] = { events: inOrder(events), merged, isMerged: is_merged };
  }
  return found;
}

/** Events by column, the latest first; times in seconds since 1970. */
type EventColumns = [
  seqs: number[],
  itemIds: string[],
  types: string[],
  values: (number | null)[],
  times: number[],
];

function inOrder([seqs, itemIds, types, values, times]: EventColumns): LiveEvent[] {
  const last = seqs.length - 1;
  return seqs.map((_, i) => ({
    seq: seqs[last - i],
    itemId: itemIds[last - i],
    type: types[last - i],
    value: values[last - i],
    time: times[last - i],
  }));
}

/** Returns the number of live events of one of the owner's projects; null without such a project. */
export async function countLiveEvents(
  sql: Sql,
  ownerId: string,
  projectId: number,
): Promise<number | null> {
  const [{ events }] = await sql<{ events: number | null }[]>`
    select recommender.live_events_in(${ownerId}, ${projectId})::float8 as events`;
  return events;
}
