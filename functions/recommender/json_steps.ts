/** JSON in steps: an answer is turned into text an entry at a time, and ends where it is too long. */
import { Problem } from "../http/problem.ts";
import type { Steps } from "./model/steps.ts";
import { COST } from "./model/work.ts";

/** The most characters that may still be written; shared by the parts of one answer. */
export interface Room {
  left: number;
}

/**
 * The JSON text of a value, as `JSON.stringify` writes it. Arrays whose entries hold arrays are
 * written an entry at a time, others so many entries together.
 * @throws {Problem} `invalid_input` where it is longer than the room that is left.
 */
export function* jsonSteps(value: unknown, room: Room): Steps<string> {
  if (!holdsArray(value)) return written(value, room);
  if (!Array.isArray(value)) {
    const members: string[] = [];
    for (const [name, member] of Object.entries(value as object)) {
      if (member === undefined) continue;
      members.push(`${JSON.stringify(name)}:${yield* jsonSteps(member, room)}`);
    }
    return `{${members.join(",")}}`;
  }
  const texts: string[] = [];
  for (let start = 0; start < value.length;) {
    if (holdsArray(value[start])) {
      texts.push(yield* jsonSteps(value[start++], room));
    } else {
      let end = start + 1;
      while (end < value.length && end < start + TOGETHER && !holdsArray(value[end])) end++;
      const text = written(value.slice(start, end), room).slice(1, -1);
      yield text.length * COST.written;
      texts.push(text);
      start = end;
    }
  }
  return `[${texts.join(",")}]`;
}

/** Entries that are written in one step. */
const TOGETHER = 200;

/** Whether a value is an array, or has one in it: then it may be long. */
function holdsArray(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Array.isArray(value) || Object.values(value).some(holdsArray);
}

function written(value: unknown, room: Room): string {
  const text = JSON.stringify(value);
  room.left -= text.length;
  if (room.left < 0) {
    throw new Problem(
      "invalid_input",
      "The answer is longer than the 16 MB that one may have: ask for less at a time.",
    );
  }
  return text;
}
