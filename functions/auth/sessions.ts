/**
 * Who is signed in. A session is a family of refresh tokens, each replaced at its first use (RFC
 * 9700, 4.14.2): a token that comes again later than a slow network explains was stolen, or its
 * successor was, and the family ends. A session is over when its row is gone.
 */
import type { ISql, Sql } from "postgres";
import { ownedBy } from "../http/owned_by.ts";
import { note } from "./audit.ts";
import { firstToken, hashOf, newSalt, successorOf } from "./refresh_tokens.ts";
import type { User } from "./users.ts";

/** Where a person signed in from. */
export interface Caller {
  address: string;
  userAgent: string | null;
}

/** What a browser gets: the family's id, for its access tokens, and the token to refresh by. */
export interface Session {
  sessionId: string;
  refreshToken: string;
}

/** How long a refresh token waits for its use: 7 days, in seconds. */
export const IDLE_SECONDS = 7 * 24 * 60 * 60;

/** How long a replaced token still gives its successor, in seconds. */
const GRACE_SECONDS = 10;

/** How many sessions a person may have; the oldest end for those that come. */
const SESSIONS = 100;

/**
 * Changes of a person's sessions take turns, and come before or after the account's deletion: all
 * lock the person first, as the deletion does, so that no two wait for each other in a ring.
 */
async function takeTurn(sql: ISql, ownerId: string): Promise<void> {
  await sql`select from auth.users where id = ${ownerId} for no key update`;
}

/** Begins a session, and ends the person's that are over by time or by number. */
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
  // A statement of its own: row-level security asks for a session that is there already.
  await sql`insert into auth.refresh_tokens (hash, session_id) values (${hash}, ${session_id})`;
  return { sessionId: session_id, refreshToken: token };
}

/**
 * Replaces a refresh token and gives the person with the session; many at once, and those that come
 * within the grace, all get the one new token. Null where the token is none, or too old, or was
 * used before: then its family has ended.
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
    // What is read of the token comes after this lock.
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

/** Notes the successor, and forgets tokens that were replaced too long ago to be anybody's. */
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

/** Whether a person's session goes on; its access tokens are good for as long. */
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

/** Ends the session of a refresh token, where it has not ended before. */
export async function endSession(sql: Sql, token: string): Promise<void> {
  const hash = await hashOf(token);
  const ownerId = await ownerOf(sql, hash);
  if (!ownerId) return;
  await ownedBy(sql, ownerId).begin(async (sql) => {
    await takeTurn(sql, ownerId);
    const { count } = await sql`
      delete from auth.sessions s using auth.refresh_tokens t
      where t.session_id = s.id and t.hash = ${hash}`;
    if (count > 0) await note(sql, ownerId, { action: "account.signed_out" });
  });
}

/** Whose session a refresh token is of, or null. */
async function ownerOf(sql: Sql, hash: Uint8Array): Promise<string | null> {
  const [{ owner_id }] = await sql<{ owner_id: string | null }[]>`
    select auth.owner_of_refresh_token(${hash}) as owner_id`;
  return owner_id;
}

/** Ends all of a person's sessions, but the one that is excepted. */
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
