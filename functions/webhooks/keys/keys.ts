/** Stored API keys of apps: hash, permissions and validity. */
import type { ISql, Sql } from "postgres";
import { ownedBy } from "../../http/database/owned_by.ts";
import type { NewKey } from "./api_keys.ts";
import { lockApp } from "./apps.ts";
import { jsonOf } from "./json_of.ts";
import type { KeyKind, KeyRules } from "./key_rules.ts";

/** A key without its secret, as shown to its owner. */
export interface KeyRow {
  key_id: string;
  name: string;
  key_prefix: string;
  key_last_four: string;
  kind: KeyKind;
  /** Origins that may use a publishable key; null for a secret key. */
  origins: string[] | null;
  /** Projects it can access; null for all of the owner's. */
  projects: number[] | null;
  /** Whether it may download model files. */
  model: boolean;
  /** Calls per minute; null for no limit. */
  rate_limit: number | null;
  expires_at: Date | null;
  revoked_at: Date | null;
  last_used_at: Date | null;
  /** The last page that sent it, for a secret key, and when. */
  page_origin: string | null;
  page_seen_at: Date | null;
  created_at: Date;
}

/** Owner and permissions of a key. */
export interface Bearer {
  keyId: string;
  appId: string;
  ownerId: string;
  kind: KeyKind;
  origins: string[] | null;
  projects: number[] | null;
  model: boolean;
  rateLimit: number | null;
  /** Whether any of the app's endpoints subscribes to `recommend.completed`. */
  hasSubscriber: boolean;
  /** Whether a page that sends this secret key was recorded within the last minute. */
  seenLately: boolean;
  /** Of a publishable key, the app's sealed identity secret; null if there is none. */
  identitySecret: Uint8Array | null;
  /** The previous identity secret, while its overlap lasts. */
  previousIdentitySecret: Uint8Array | null;
}

/** Maximum number of active keys of an app. */
export const KEYS_AT_MOST = 20;

/** Columns of a `KeyRow`. */
function shown(sql: ISql) {
  return sql`id as key_id, name, key_prefix, key_last_four, kind, origins, projects,
    kind = 'secret' or model as model, rate_limit, expires_at, revoked_at, last_used_at,
    page_origin, page_seen_at, created_at`;
}

/** Condition of an active key: neither revoked nor expired. */
function live(sql: ISql) {
  return sql`revoked_at is null and (expires_at is null or expires_at > now())`;
}

/** Returns the bearers of key hashes, in the given order; null for a key that is not active. */
export async function findBearers(sql: Sql, hashes: string[]): Promise<(Bearer | null)[]> {
  const bearers = await sql<(Bearer & { hash: string })[]>`
    select hash, key_id as "keyId", app_id as "appId", owner_id as "ownerId", kind, origins,
      projects, model, rate_limit as "rateLimit", is_heard as "hasSubscriber",
      seen_lately as "seenLately", identity_secret as "identitySecret",
      previous_identity_secret as "previousIdentitySecret"
    from unnest(${[...new Set(hashes)]}::text[]) as hash, webhooks.key_bearer(hash)`;
  const byHash = new Map(bearers.map(({ hash, ...bearer }) => [hash, bearer]));
  return hashes.map((hash) => byHash.get(hash) ?? null);
}

/** Returns an app's keys, newest first; null if the owner has no such app. */
export async function listKeys(
  sql: Sql,
  { appId, ownerId }: { appId: string; ownerId: string },
): Promise<KeyRow[] | null> {
  const rows = await ownedBy(sql, ownerId)<(KeyRow | { key_id: null })[]>`
    select k.* from webhooks.apps a
    left join lateral (
      select ${shown(sql)} from webhooks.api_keys where app_id = a.id
    ) k on true
    where a.id = ${appId} and a.owner_id = ${ownerId}
    order by k.created_at desc, k.key_id`;
  return rows.length === 0 ? null : rows.filter((row): row is KeyRow => row.key_id !== null);
}

/** Adds a key; null if the owner has no such app, "full" if it has the maximum of active keys. */
export async function addKey(
  sql: Sql,
  { appId, ownerId, key, rules }: {
    appId: string;
    ownerId: string;
    key: NewKey;
    rules: KeyRules;
  },
): Promise<KeyRow | "full" | null> {
  return await ownedBy(sql, ownerId).begin(async (sql) => {
    if (!await lockApp(sql, { appId, ownerId })) return null;
    const [row] = await sql<KeyRow[]>`
      insert into webhooks.api_keys (
        app_id, name, key_hash, key_prefix, key_last_four, kind, origins, projects, model,
        rate_limit, expires_at
      )
      select ${appId}, ${rules.name}, ${key.hash}, ${key.prefix}, ${key.lastFour},
        ${rules.kind}, ${jsonOf(sql, rules.origins)}, ${jsonOf(sql, rules.projects)},
        ${rules.model}, ${rules.rateLimit}::int, ${rules.expiresAt}::timestamptz
      where ${KEYS_AT_MOST} > (
        select count(*) from webhooks.api_keys where app_id = ${appId} and ${live(sql)}
      )
      returning ${shown(sql)}`;
    return row ?? "full";
  });
}

/**
 * Adds a key with the rules of an old one, which expires after the overlap or at its own expiry,
 * whichever is earlier.
 * @returns null if the owner's app has no such active key.
 */
export async function rotateKey(
  sql: Sql,
  { keyId, appId, ownerId, key, overlapSeconds }: {
    keyId: string;
    appId: string;
    ownerId: string;
    key: NewKey;
    overlapSeconds: number;
  },
): Promise<KeyRow | null> {
  const [row] = await ownedBy(sql, ownerId)<KeyRow[]>`
    with ended as (
      update webhooks.api_keys
      set expires_at = least(expires_at, now() + ${overlapSeconds} * interval '1 second')
      where id = ${keyId} and app_id = ${appId} and ${live(sql)} and exists (
        select from webhooks.apps where id = ${appId} and owner_id = ${ownerId}
      )
      returning app_id, name, kind, origins, projects, model, rate_limit, rate_counts
    )
    insert into webhooks.api_keys (
      app_id, name, key_hash, key_prefix, key_last_four, kind, origins, projects, model, rate_limit,
      rate_counts
    )
    select app_id, name, ${key.hash}, ${key.prefix}, ${key.lastFour}, kind, origins, projects,
      model, rate_limit, rate_counts
    from ended
    returning ${shown(sql)}`;
  return row ?? null;
}

/**
 * Changes an active key's rules; null if the owner's app has no such key.
 * @param options.change returns the new rules; the row is locked meanwhile. If it throws, nothing
 * changes.
 */
export async function changeKey(
  sql: Sql,
  { keyId, appId, ownerId, change }: {
    keyId: string;
    appId: string;
    ownerId: string;
    change: (present: KeyRules) => KeyRules;
  },
): Promise<KeyRow | null> {
  return await ownedBy(sql, ownerId).begin(async (sql) => {
    const [present] = await sql<KeyRow[]>`
      select ${shown(sql)} from webhooks.api_keys
      where id = ${keyId} and app_id = ${appId} and ${live(sql)} and exists (
        select from webhooks.apps where id = ${appId} and owner_id = ${ownerId}
      )
      for update`;
    if (!present) return null;
    const { rate_limit: rateLimit, expires_at: expiresAt, ...rest } = present;
    const rules = change({ ...rest, rateLimit, expiresAt });
    const [row] = await sql<KeyRow[]>`
      update webhooks.api_keys
      set name = ${rules.name}, kind = ${rules.kind}, origins = ${jsonOf(sql, rules.origins)},
        projects = ${jsonOf(sql, rules.projects)}, model = ${rules.model},
        rate_limit = ${rules.rateLimit}::int, expires_at = ${rules.expiresAt}::timestamptz
      where id = ${keyId}
      returning ${shown(sql)}`;
    return row;
  });
}

/** Revokes a key: the next call is refused. False if the owner's app has no such key. */
export async function revokeKey(
  sql: Sql,
  { keyId, appId, ownerId }: { keyId: string; appId: string; ownerId: string },
): Promise<boolean> {
  const { count } = await ownedBy(sql, ownerId)`
    update webhooks.api_keys set revoked_at = now()
    where id = ${keyId} and app_id = ${appId} and revoked_at is null and exists (
      select from webhooks.apps where id = ${appId} and owner_id = ${ownerId}
    )`;
  return count > 0;
}

/** Returns the owner's only project; null if there is none or several. */
export async function soleProject(sql: Sql, ownerId: string): Promise<number | null> {
  const [row] = await ownedBy(sql, ownerId)<{ project: number | null }[]>`
    select recommender.sole_project_of(${ownerId}) as project`;
  return row.project;
}

/** Records that a page sent a secret key, at most once a minute. */
export async function notePage(
  sql: Sql,
  { keyId, origin }: { keyId: string; origin: string },
): Promise<void> {
  await sql`select webhooks.note_page(${keyId}, ${origin})`;
}

/** Records that a key and its app were used, at most once a minute. */
export async function noteUse(sql: Sql, keyId: string): Promise<void> {
  await sql`select webhooks.note_use(${keyId})`;
}
