/** Limits of the work of one request, and how they are reported. */
import type { Context } from "hono";
import type { IdentityEnv } from "../http/identity/identity.ts";
import { Problem } from "../http/problem.ts";
import type { Room } from "./json_steps.ts";
import type { Ticket } from "../http/load/lane.ts";
import type { Permit } from "./model/work.ts";

/** Maximum units of one request: 2.5 s on the machine of bench/README.md. */
export const MOST_UNITS = 5_000;
/** Maximum estimated size of a response, in bytes. */
export const MOST_BYTES = 8 * 1024 * 1024;

/** Returns the maximum characters of a response: twice the limit of the estimate. */
export function roomOfAnswer(): Room {
  return { left: 2 * MOST_BYTES };
}

/** Parameters that a request could reduce to cost less. */
export interface Asked {
  /** Users of a batch. */
  users?: { length: number };
  n?: number | null;
  diversity?: number | null;
  explain?: boolean | null;
  filter?: object | null;
  history?: { length: number } | null;
  exclude?: { length: number } | null;
  limit?: number | null;
}

/**
 * Returns a permit that accepts requests within the limits, charges their units to `ticket` and
 * reports them in a response header. It throws 422 for others, with the figure, the limit and
 * advice.
 */
export function permitFor(c: Context<IdentityEnv>, asked: Asked, ticket: Ticket): Permit {
  return (work) => {
    const units = Math.max(1, Math.ceil(work.units));
    const bytes = Math.ceil(work.bytes);
    const share = Math.min(MOST_UNITS / units, MOST_BYTES / bytes);
    if (share < 1) {
      const { figure, members } = units > MOST_UNITS
        ? {
          figure: `costs ${figureOf(units)} units of work by estimate; the limit is ` +
            figureOf(MOST_UNITS),
          members: { units, most_units: MOST_UNITS },
        }
        : {
          figure: `would return ${figureOf(bytes)} bytes by estimate; the limit is ` +
            figureOf(MOST_BYTES),
          members: { bytes, most_bytes: MOST_BYTES },
        };
      const { pointer, advice } = adviceFor(asked, share);
      throw new Problem("invalid_input", `This request ${figure}: ${advice}.`, {
        errors: [{ pointer, detail: `${figure}: ${advice}` }],
        members,
      });
    }
    ticket.weigh(units);
    c.set("units", units);
  };
}

/** Returns advice on reducing the request, and a pointer to the most relevant field. */
function adviceFor(
  { users, n, diversity, explain, filter, history, exclude, limit }: Asked,
  share: number,
): { pointer: string; advice: string } {
  const most = Math.floor((users?.length ?? 1) * share);
  const count = limit === undefined || limit === null ? "n" : "limit";
  const options = [
    ...(users && most > 0 ? [["/users", `request at most ${figureOf(most)} users at a time`]] : []),
    ...(explain ? [["/explain", "omit explain"]] : []),
    ...(diversity ? [["/diversity", "omit diversity"]] : []),
    ...((limit ?? n ?? 10) > 20 ? [[`/${count}`, `request a smaller ${count}`]] : []),
    ...(filter ? [["/filter", "use fewer columns and values in the filter"]] : []),
    ...(history?.length ? [["/history", "send a shorter history"]] : []),
    ...(exclude?.length ? [["/exclude", "exclude fewer items"]] : []),
  ];
  const advice = options.map(([, option]) => option).join(", or ") || "request less at a time";
  return { pointer: options[0]?.[0] ?? "/", advice };
}

function figureOf(number: number): string {
  return number.toLocaleString("en");
}
