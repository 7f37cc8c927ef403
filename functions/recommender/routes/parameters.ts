/** Parses path and query parameters strictly: an invalid id is treated as an unknown one. */
import { Problem } from "../../http/problem.ts";
import { invalidInput } from "../../http/service/service.ts";

/** Maximum of Postgres' `integer`. */
const MOST = 2 ** 31 - 1;

/** Returns the project id of a path. @throws {Problem} 404 if it is not a valid id. */
export function projectIdOf(id: string): number {
  return rowIdOf(id) ?? unknownProject(id);
}

/** Returns a row's id from a path, or undefined if it is not a valid id. */
export function rowIdOf(id: string): number | undefined {
  return /^[1-9]\d{0,9}$/.test(id) && Number(id) <= MOST ? Number(id) : undefined;
}

/** Returns a page cursor: a row's id or an offset. @throws {Problem} 422 if it is invalid. */
export function cursorOf(cursor: string): number {
  if (/^\d{1,10}$/.test(cursor) && Number(cursor) <= MOST) return Number(cursor);
  throw invalidInput([{
    pointer: "/cursor",
    detail: "must be a cursor from the previous page's Link header",
  }]);
}

/** @throws {Problem} 404, also for projects of other owners. */
export function unknownProject(id: string): never {
  throw new Problem("not_found", `There is no project ${id.slice(0, 40)} of yours.`);
}
