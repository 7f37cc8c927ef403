/**
 * Whether the sign-in behind a token goes on, which the token cannot say: signing out, a new
 * password and the account's end reach every service within a second.
 */
import type { Sql } from "postgres";
import type { IsAlive } from "./identity.ts";
import { Memory } from "./memory.ts";

/** Whether sign-ins went on when they were asked for, by their ids. */
export function sessionMemory(now?: () => number): Memory<boolean> {
  return new Memory({ ms: 1_000, room: 10_000, now });
}

/** Asks the database once a second for each session, whatever comes by it. */
export function liveSessions(sql: Sql, known = sessionMemory()): IsAlive {
  return ({ ownerId, sessionId }) =>
    sessionId === undefined ||
    known.of(sessionId, { by: sql, find: () => isAlive(sql, ownerId, sessionId) });
}

async function isAlive(sql: Sql, ownerId: string, sessionId: string): Promise<boolean> {
  const [{ alive }] = await sql<{ alive: boolean }[]>`
    select auth.is_session_alive(${ownerId}, ${sessionId}) as alive`;
  return alive;
}
