/**
 * Whether the sign-in behind a token goes on, which the token cannot say: signing out, a new
 * password and the account's end reach every service within a second.
 */
import type { Sql } from "postgres";
import type { Identity } from "./identity.ts";

/** True, too, for what comes of no sign-in: the tokens of services. */
export type IsAlive = (identity: Identity) => Promise<boolean> | true;

/** How old an answer may be, and how many are remembered. */
const FRESH_MS = 1_000;
const ROOM = 10_000;

/** Asks the database once a second for each session, whatever comes by it. */
export function liveSessions(sql: Sql, now: () => number = Date.now): IsAlive {
  const known = new Map<string, { alive: Promise<boolean>; until: number }>();
  return ({ ownerId, sessionId }) => {
    if (sessionId === undefined) return true;
    const remembered = known.get(sessionId);
    if (remembered && now() < remembered.until) return remembered.alive;
    const alive = isAlive(sql, ownerId, sessionId);
    const entry = { alive, until: now() + FRESH_MS };
    alive.catch(() => known.get(sessionId) === entry && known.delete(sessionId));
    known.delete(sessionId);
    known.set(sessionId, entry);
    if (known.size > ROOM) known.delete(known.keys().next().value!);
    return alive;
  };
}

async function isAlive(sql: Sql, ownerId: string, sessionId: string): Promise<boolean> {
  const [{ alive }] = await sql<{ alive: boolean }[]>`
    select auth.is_session_alive(${ownerId}, ${sessionId}) as alive`;
  return alive;
}
