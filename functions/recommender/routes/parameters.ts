/** What stands in paths and queries, read strictly: what is no id is the id of nothing. */
import { Problem } from "../../http/problem.ts";
import { invalidInput } from "../../http/service.ts";

/** The largest `integer` of Postgres. */
const MOST = 2 ** 31 - 1;

/** A project's id from a path; what is no id is the id of no project. */
export function projectIdOf(id: string): number {
  return rowIdOf(id) ?? unknownProject(id);
}

/** A row's id from a path, or undefined where it can be none. */
export function rowIdOf(id: string): number | undefined {
  return /^[1-9]\d{0,9}$/.test(id) && Number(id) <= MOST ? Number(id) : undefined;
}

/** A place in a list: a row's id, or how many come before. */
export function cursorOf(cursor: string): number {
  if (/^\d{1,10}$/.test(cursor) && Number(cursor) <= MOST) return Number(cursor);
  throw invalidInput([{
    pointer: "/cursor",
    detail: "must be one that the Link header of the page before gave",
  }]);
}

/** Another owner's project is as unknown as one that never was. */
export function unknownProject(id: string): never {
  throw new Problem("not_found", `You have no project ${id.slice(0, 40)}.`);
}
