/**
 * Whether a token's session is still active, which the token itself cannot show: a sign-out, a new
 * password or a deleted account takes effect in every service within a second.
 */
import type { Sql } from "postgres";
import type { IsAlive } from "./identity.ts";
import { Memory } from "../load/memory.ts";

/** Cache of session states by session id, each kept for a second. */
export function sessionMemory(now?: () => number): Memory<boolean> {
  return new Memory({ ms: 1_000, room: 10_000, now });
}

/** Returns a check that queries the database at most once a second for each session. */
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
