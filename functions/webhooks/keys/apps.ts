/** Apps: registered by an owner to call the API with a key and to receive webhooks. */
import type { ISql, Sql } from "postgres";
import { ownedBy, SLOW_MS } from "../../http/database/owned_by.ts";
import { Problem } from "../../http/problem.ts";
import type { NewKey } from "./api_keys.ts";
import { jsonOf } from "./json_of.ts";
import type { KeyRules } from "./key_rules.ts";

/** An app without secrets, as shown to its owner. */
export interface AppRow {
  app_id: string;
  app_name: string;
  /** Of the newest active key, otherwise of the first one. */
  key_prefix: string;
  key_last_four: string;
  /** URL of the primary endpoint. */
  webhook_url: string | null;
  last_used_at: Date | null;
  created_at: Date;
}

export interface NewApp {
  id: string;
  ownerId: string;
  appName: string;
  key: NewKey;
  rules: KeyRules;
  /** The primary endpoint; its secret is sealed for its id. */
  endpoint: { id: string; url: string; secret: Uint8Array } | null;
}

/** Maximum number of apps of an owner. */
export const APPS_AT_MOST = 100;

/**
 * Adds an app with its first key, a usage count of zero and an optional endpoint; null if the owner
 * has an app with this name.
 * @throws {Problem} `conflict` if the owner has the maximum of apps, `unauthenticated` if the
 * account was deleted while its token was valid.
 */
export async function addApp(
  sql: Sql,
  { id, ownerId, appName, key, rules, endpoint }: NewApp,
): Promise<AppRow | null> {
  return await ownedBy(sql, ownerId).begin(async (sql) => {
    const [row] = await sql<AppRow[]>`
      insert into webhooks.apps (
        id, owner_id, app_name, webhook_url, api_key, key_prefix, key_last_four
      ) values (
        ${id}, ${ownerId}, ${appName}, ${endpoint?.url ?? null}, ${key.hash}, ${key.prefix},
        ${key.lastFour}
      )
      on conflict (owner_id, app_name) do nothing
      returning id as app_id, app_name, key_prefix, key_last_four, webhook_url, last_used_at,
        created_at`;
    if (!row) return null;
    const [{ apps }] = await sql<{ apps: number }[]>`
      select count(*)::int as apps from webhooks.apps where owner_id = ${ownerId}`;
    if (apps > APPS_AT_MOST) {
      throw new Problem(
        "conflict",
        `An account can have at most ${APPS_AT_MOST} apps, and yours has that many: delete ` +
          "one first.",
      );
    }
    // Separate statements: row-level security requires that the app exists.
    await Promise.all([
      sql`
        insert into webhooks.api_keys (
          app_id, name, key_hash, key_prefix, key_last_four, kind, origins, projects, model
        ) values (
          ${id}, ${rules.name}, ${key.hash}, ${key.prefix}, ${key.lastFour}, ${rules.kind},
          ${jsonOf(sql, rules.origins)}, ${jsonOf(sql, rules.projects)}, ${rules.model}
        )`,
      sql`insert into webhooks.usage (app_id, app_name) values (${id}, ${appName})`,
      endpoint && sql`
        insert into webhooks.endpoints (id, app_id, url, secret, is_primary)
        values (${endpoint.id}, ${id}, ${endpoint.url}, ${endpoint.secret}::bytea, true)`,
    ]);
    return row;
  }).catch((error: { code?: string }) => {
    if (error.code !== FOREIGN_KEY_VIOLATION) throw error;
    throw new Problem("unauthenticated", "The account of this token was deleted.");
  });
}

const FOREIGN_KEY_VIOLATION = "23503";

/** Returns an owner's apps by name, starting after `after`. */
export async function listApps(
  sql: Sql,
  { ownerId, limit, after }: { ownerId: string; limit: number; after: string | undefined },
): Promise<AppRow[]> {
  return await ownedBy(sql, ownerId)<AppRow[]>`
    select ${shown(sql)}
    from webhooks.apps a ${withKey(sql)}
    where a.owner_id = ${ownerId}
      and (${after ?? null}::text is null or a.app_name > ${after ?? null})
    order by a.app_name
    limit ${limit}`;
}

/** Returns an owner's app, or null. */
export async function findApp(
  sql: Sql,
  { id, ownerId }: { id: string; ownerId: string },
): Promise<AppRow | null> {
  const [row] = await ownedBy(sql, ownerId)<AppRow[]>`
    select ${shown(sql)}
    from webhooks.apps a ${withKey(sql)}
    where a.id = ${id} and a.owner_id = ${ownerId}`;
  return row ?? null;
}

/**
 * Locks an app until the transaction ends, so that its keys or endpoints can be counted; false if
 * the owner has no such app.
 */
export async function lockApp(
  sql: ISql,
  { appId, ownerId }: { appId: string; ownerId: string },
): Promise<boolean> {
  const rows = await sql`
    select from webhooks.apps where id = ${appId} and owner_id = ${ownerId} for no key update`;
  return rows.length > 0;
}

/** Deletes an app with its keys, usage and deliveries; false if the owner has no such app. */
export async function deleteApp(
  sql: Sql,
  { id, ownerId }: { id: string; ownerId: string },
): Promise<boolean> {
  const { count } = await ownedBy(sql, ownerId, { limitMs: SLOW_MS })`
    delete from webhooks.apps where id = ${id} and owner_id = ${ownerId}`;
  return count > 0;
}

function shown(sql: Sql) {
  return sql`a.id as app_id, a.app_name, coalesce(k.key_prefix, a.key_prefix) as key_prefix,
    coalesce(k.key_last_four, a.key_last_four) as key_last_four, a.webhook_url, a.last_used_at,
    a.created_at`;
}

function withKey(sql: Sql) {
  return sql`
    left join lateral (
      select key_prefix, key_last_four from webhooks.api_keys
      where app_id = a.id and revoked_at is null and (expires_at is null or expires_at > now())
      order by created_at desc
      limit 1
    ) k on true`;
}
