/**
 * Sessions. A session is a family of refresh tokens, each replaced at its first use (RFC 9700,
 * 4.14.2). If a token is used again later than a slow network explains, it or its successor was
 * stolen, and the session ends. Ending a session deletes its row.
 */
import type { ISql, Sql } from "postgres";
import { accountActor } from "../http/identity/identity.ts";
import { ownedBy } from "../http/database/owned_by.ts";
import { note } from "./audit.ts";
import { firstToken, hashOf, newSalt, successorOf } from "./refresh_tokens.ts";
import type { User } from "./users.ts";

/** The client of a sign-in. */
export interface Caller {
  address: string;
  userAgent: string | null;
}

/** Session id, a claim of access tokens, and the current refresh token. */
export interface Session {
  sessionId: string;
  refreshToken: string;
}

/** Lifetime of an unused refresh token: 7 days, in seconds. */
export const IDLE_SECONDS = 7 * 24 * 60 * 60;

/** Time for which a replaced token still returns its successor, in seconds. */
const GRACE_SECONDS = 10;

/** Maximum number of a user's sessions; a new one ends the oldest. */
const SESSIONS = 100;

/**
 * Serialises changes of a user's sessions, also with the account's deletion: each locks the user's
 * row first, so that no deadlock can occur.
 */
async function takeTurn(sql: ISql, ownerId: string): Promise<void> {
  await sql`select from auth.users where id = ${ownerId} for no key update`;
}

/** Starts a session; deletes the user's expired sessions and those above the maximum. */
export async function startSession(sql: ISql, ownerId: string, caller: Caller): Promise<Session> {
  const { token, hash } = await firstToken();
  await takeTurn(sql, ownerId);
  const [{ session_id }] = await sql<{ session_id: string }[]>`
    with ended as (
      delete from auth.sessions s
      where s.owner_id = ${ownerId} and (s.expires_at <= now() or not exists (
        select from auth.refresh_tokens t
        where t.session_id = s.id and t.replaced_at is null
          and t.issued_at > now() - make_interval(secs => ${IDLE_SECONDS})
      ) or s.id in (
        select id from auth.sessions where owner_id = ${ownerId}
        order by started_at desc offset ${SESSIONS - 1}
      ))
    ), started as (
      insert into auth.sessions (owner_id, address, user_agent)
      values (${ownerId}, ${caller.address}, ${caller.userAgent})
      returning id
    )
    select id as session_id from started`;
  // A separate statement: row-level security requires that the session exists.
  await sql`insert into auth.refresh_tokens (hash, session_id) values (${hash}, ${session_id})`;
  return { sessionId: session_id, refreshToken: token };
}

/**
 * Replaces a refresh token and returns the session with its user. Concurrent calls, and calls
 * within the grace period, get the same successor. Returns null if the token is unknown, expired,
 * or reused, which ends the session.
 */
export async function refreshSession(
  sql: Sql,
  token: string,
): Promise<Session & { user: User } | null> {
  const hash = await hashOf(token);
  const ownerId = await ownerOf(sql, hash);
  if (!ownerId) return null;
  return await ownedBy(sql, ownerId).begin(async (sql) => {
    await takeTurn(sql, ownerId);
    // The token is read after this lock.
    const [session] = await sql<{ id: string; is_over: boolean; user: User }[]>`
      select s.id, s.expires_at <= now() as is_over,
        jsonb_build_object('id', u.id, 'name', u.name, 'email', u.email) as user
      from auth.sessions s
        join auth.refresh_tokens t on t.session_id = s.id
        join auth.users u on u.id = s.owner_id
      where t.hash = ${hash}
      for update of s`;
    if (!session || session.is_over) return null;
    const [present] = await sql<
      { is_idle: boolean; salt: Uint8Array | null; is_replayed: boolean | null }[]
    >`
      select salt,
        issued_at <= now() - make_interval(secs => ${IDLE_SECONDS}) as is_idle,
        replaced_at <= clock_timestamp() - make_interval(secs => ${GRACE_SECONDS}) as is_replayed
      from auth.refresh_tokens where hash = ${hash}`;
    if (!present || (present.salt === null && present.is_idle)) return null;
    if (present.is_replayed) {
      await sql`delete from auth.sessions where id = ${session.id}`;
      await note(sql, session.user.id, { action: "account.session_revoked" });
      return null;
    }
    const salt = present.salt ?? newSalt();
    const successor = await successorOf(token, salt);
    if (!present.salt) {
      await replaceToken(sql, { hash, salt, by: successor.hash, sessionId: session.id });
    }
    return { sessionId: session.id, refreshToken: successor.token, user: session.user };
  });
}

/** Stores the successor, and deletes tokens replaced too long ago to be still in use. */
async function replaceToken(
  sql: ISql,
  { hash, salt, by, sessionId }: {
    hash: Uint8Array;
    salt: Uint8Array;
    by: Uint8Array;
    sessionId: string;
  },
): Promise<void> {
  await sql`
    with replaced as (
      update auth.refresh_tokens set replaced_at = clock_timestamp(), salt = ${salt}
      where hash = ${hash}
    ), forgotten as (
      delete from auth.refresh_tokens
      where session_id = ${sessionId}
        and replaced_at < now() - make_interval(secs => ${IDLE_SECONDS})
    )
    insert into auth.refresh_tokens (hash, session_id) values (${by}, ${sessionId})`;
}

/** Whether a session is active; its access tokens are valid only as long. */
export async function isAlive(
  sql: Sql,
  ownerId: string,
  sessionId: string,
): Promise<boolean> {
  const rows = await ownedBy(sql, ownerId)`
    select from auth.sessions
    where owner_id = ${ownerId} and id = ${sessionId} and expires_at > now()`;
  return rows.length > 0;
}

/** Ends the session of a refresh token, if it is active. */
export async function endSession(sql: Sql, token: string): Promise<void> {
  const hash = await hashOf(token);
  const ownerId = await ownerOf(sql, hash);
  if (!ownerId) return;
  await ownedBy(sql, ownerId, { actorId: accountActor(ownerId) }).begin(async (sql) => {
    await takeTurn(sql, ownerId);
    const { count } = await sql`
      delete from auth.sessions s using auth.refresh_tokens t
      where t.session_id = s.id and t.hash = ${hash}`;
    if (count > 0) await note(sql, ownerId, { action: "account.signed_out" });
  });
}

/** Returns the owner of a refresh token's session, or null. */
async function ownerOf(sql: Sql, hash: Uint8Array): Promise<string | null> {
  const [{ owner_id }] = await sql<{ owner_id: string | null }[]>`
    select auth.owner_of_refresh_token(${hash}) as owner_id`;
  return owner_id;
}

/** Ends all sessions of a user except `except`. */
export async function endSessions(
  sql: ISql,
  ownerId: string,
  { except = null }: { except?: string | null } = {},
): Promise<void> {
  await takeTurn(sql, ownerId);
  await sql`
    delete from auth.sessions
    where owner_id = ${ownerId} and id is distinct from ${except}::uuid`;
}
