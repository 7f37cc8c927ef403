/** JSON serialization in steps, with a limit of the length. */
import { Problem } from "../http/problem.ts";
import type { Steps } from "./model/steps.ts";
import { COST } from "./model/work.ts";

/** Remaining characters; shared by the parts of one response. */
export interface Room {
  left: number;
}

/**
 * Serializes a value as `JSON.stringify` does: a value of at most `VALUES_PER_STEP` nested values
 * in one step, a larger one member by member or in batches of its entries.
 * @throws {Problem} `invalid_input` if the text exceeds the remaining characters.
 */
export function* jsonSteps(value: unknown, room: Room): Steps<string> {
  if (valuesIn(value, VALUES_PER_STEP) <= VALUES_PER_STEP) {
    const text = written(value, room);
    yield text.length * COST.written;
    return text;
  }
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
    let values = valuesIn(value[start], VALUES_PER_STEP);
    if (values > VALUES_PER_STEP) {
      texts.push(yield* jsonSteps(value[start++], room));
      continue;
    }
    let end = start + 1;
    while (end < value.length) {
      values += valuesIn(value[end], VALUES_PER_STEP - values);
      if (values > VALUES_PER_STEP) break;
      end++;
    }
    const text = written(value.slice(start, end), room).slice(1, -1);
    yield text.length * COST.written;
    texts.push(text);
    start = end;
  }
  return `[${texts.join(",")}]`;
}

/** Number of nested values serialized per step. */
const VALUES_PER_STEP = 1_000;

/** Returns the number of nested values including the value itself; stops counting above `most`. */
function valuesIn(value: unknown, most: number): number {
  if (typeof value !== "object" || value === null) return 1;
  let values = 1;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length && values <= most; i++) {
      values += valuesIn(value[i], most - values);
    }
    return values;
  }
  for (const name in value) {
    values += valuesIn((value as Record<string, unknown>)[name], most - values);
    if (values > most) break;
  }
  return values;
}

function written(value: unknown, room: Room): string {
  const text = JSON.stringify(value);
  room.left -= text.length;
  if (room.left < 0) {
    throw new Problem(
      "invalid_input",
      "The response exceeds the limit of 16 MB: request less at a time.",
    );
  }
  return text;
}
