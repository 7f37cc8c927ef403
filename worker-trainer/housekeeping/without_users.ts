import { withoutFraction } from "../../functions/recommender/files/values/float_ids.ts";
import type {
  Rehearsal,
  SparseRows,
  UserRows,
  UserTable,
} from "../../functions/recommender/model/model.ts";
import {
  indexOfString,
  stringCount,
  type StringTable,
} from "../../functions/recommender/model/string_table.ts";

/** Returns those of these users that a table contains, in either spelling. */
export function usersAmong(ids: StringTable, people: Iterable<string>): string[] {
  return Array.from(people).filter((person) => placesOf(ids, person).length > 0);
}

/** Returns the indices of a user: `17.0` may be `17` there, as the trainer reads mixed columns. */
function placesOf(ids: StringTable, person: string): number[] {
  return [...new Set([person, withoutFraction(person)])].map((id) => indexOfString(ids, id))
    .filter((index) => index >= 0);
}

/** Returns a model's users without these; the order and histories of the others are unchanged. */
export function withoutUsers(
  { users, userRows }: { users: UserTable; userRows?: UserRows },
  people: Iterable<string>,
): { users: UserTable; userRows?: UserRows } {
  const kept = othersThan(users.ids, people);
  return {
    users: { ids: stringsAt(users.ids, kept), histories: rowsAt(users.histories, kept) },
    ...(userRows && { userRows: userRowsAt(userRows, kept) }),
  };
}

/** Returns a rehearsal without these users. */
export function withoutRehearsed(
  { users, held, requests: { history, item, cart } }: Rehearsal,
  people: Iterable<string>,
): Rehearsal {
  const kept = othersThan(users, people);
  const requestAt = ({ asked, candidates }: Rehearsal["requests"]["item"]) => ({
    asked: rowsAt(asked, kept),
    candidates: rowsAt(candidates, kept),
  });
  return {
    users: stringsAt(users, kept),
    held: rowsAt(held, kept),
    requests: { history: requestAt(history), item: requestAt(item), cart: requestAt(cart) },
  };
}

/** Returns the indices of all users but these, ascending. */
function othersThan(ids: StringTable, people: Iterable<string>): Uint32Array {
  const removed = new Set(Array.from(people).flatMap((person) => placesOf(ids, person)));
  return Uint32Array.from({ length: stringCount(ids) }, (_, user) => user)
    .filter((user) => !removed.has(user));
}

function userRowsAt({ offsets, items, weights, ratings, times }: UserRows, kept: Uint32Array) {
  const { starts, take } = cut(offsets, kept);
  return {
    offsets: starts,
    items: take(items),
    ...(weights && { weights: take(weights) }),
    ...(ratings && { ratings: take(ratings) }),
    ...(times && { times: take(times) }),
  };
}

function stringsAt({ bytes, offsets, order }: StringTable, kept: Uint32Array): StringTable {
  const { starts, take } = cut(offsets, kept);
  // New index by old index.
  const newIndices = new Map(Array.from(kept, (old, index) => [old, index]));
  return {
    bytes: take(bytes),
    offsets: starts,
    order: Uint32Array.from(
      Array.from(order, (old) => newIndices.get(old)).filter((index) => index !== undefined),
    ),
  };
}

function rowsAt({ offsets, columns, values }: SparseRows, kept: Uint32Array): SparseRows {
  const { starts, take } = cut(offsets, kept);
  return { offsets: starts, columns: take(columns), values: take(values) };
}

/** Returns the offsets of the remaining rows, and a function that extracts their entries. */
function cut(offsets: Uint32Array, kept: Uint32Array) {
  const starts = new Uint32Array(kept.length + 1);
  kept.forEach((row, i) => starts[i + 1] = starts[i] + offsets[row + 1] - offsets[row]);
  return {
    starts,
    take<Entries extends Uint8Array | Uint32Array | Float32Array | Float64Array>(
      entries: Entries,
    ): Entries {
      const taken = new (entries.constructor as { new (length: number): Entries })(starts.at(-1)!);
      kept.forEach((row, i) =>
        taken.set(entries.subarray(offsets[row], offsets[row + 1]), starts[i])
      );
      return taken;
    },
  };
}
