/** Apps: what an owner registers to call from outside with a key, and to be called back. */
import type { Sql } from "postgres";
import { Problem } from "../http/problem.ts";

/** An app as it may be shown: nothing in it opens anything. */
export interface AppRow {
  app_id: string;
  app_name: string;
  key_prefix: string;
  key_last_four: string;
  webhook_url: string | null;
  last_used_at: Date | null;
  created_at: Date;
}

export interface NewApp {
  id: string;
  ownerId: string;
  appName: string;
  /** SHA-256 of the key in hex. */
  apiKey: string;
  keyPrefix: string;
  keyLastFour: string;
  webhookUrl: string | null;
  /** Sealed. */
  webhookSecret: Uint8Array | null;
}

/**
 * Adds an app and its count of zero; null when the owner has one of that name.
 * @throws {Problem} `unauthenticated` when the owner's account is gone, which a token may outlive.
 */
export async function addApp(sql: Sql, app: NewApp): Promise<AppRow | null> {
  const [row] = await sql<AppRow[]>`
    with added as (
      insert into webhooks.apps (
        id, owner_id, app_name, api_key, key_prefix, key_last_four, webhook_url, webhook_secret
      ) values (
        ${app.id}, ${app.ownerId}, ${app.appName}, ${app.apiKey}, ${app.keyPrefix},
        ${app.keyLastFour}, ${app.webhookUrl}, ${app.webhookSecret}
      )
      on conflict (owner_id, app_name) do nothing
      returning *
    ), counted as (
      insert into webhooks.usage (app_id, app_name) select id, app_name from added
    )
    select id as app_id, app_name, key_prefix, key_last_four, webhook_url, last_used_at, created_at
    from added`.catch((error: { code?: string }) => {
    if (error.code !== FOREIGN_KEY_VIOLATION) throw error;
    throw new Problem("unauthenticated", "The account of this token is gone.");
  });
  return row ?? null;
}

const FOREIGN_KEY_VIOLATION = "23503";

/** An owner's apps by name, from behind `after` on. */
export async function listApps(
  sql: Sql,
  { ownerId, limit, after }: { ownerId: string; limit: number; after: string | undefined },
): Promise<AppRow[]> {
  return await sql<AppRow[]>`
    select id as app_id, app_name, key_prefix, key_last_four, webhook_url, last_used_at, created_at
    from webhooks.apps
    where owner_id = ${ownerId} and (${after ?? null}::text is null or app_name > ${after ?? null})
    order by app_name
    limit ${limit}`;
}

/** Whom a key speaks for, or null. */
export async function findAppByKey(
  sql: Sql,
  apiKey: string,
): Promise<{ id: string; ownerId: string } | null> {
  const [app] = await sql<{ id: string; ownerId: string }[]>`
    select id, owner_id as "ownerId" from webhooks.apps where api_key = ${apiKey}`;
  return app ?? null;
}

/**
 * Sets or takes away where an app is called back. An app that had an endpoint keeps its secret;
 * `secret` is for one that had none. Without an endpoint, what waits to be sent has failed.
 * @returns the app and whether `secret` came into use, or null when the owner has no such app.
 */
export async function changeWebhook(
  sql: Sql,
  { id, ownerId, url, secret }: {
    id: string;
    ownerId: string;
    url: string | null;
    secret: Uint8Array | null;
  },
): Promise<AppRow & { took_secret: boolean } | null> {
  const [row] = await sql<(AppRow & { took_secret: boolean })[]>`
    with before as (
      select id, webhook_secret from webhooks.apps
      where id = ${id} and owner_id = ${ownerId}
      for update
    ), changed as (
      update webhooks.apps a
      set webhook_url = ${url},
        webhook_secret = case
          when ${url}::text is null then null
          else coalesce(a.webhook_secret, ${secret}::bytea)
        end
      from before where a.id = before.id
      returning a.*, ${url}::text is not null and before.webhook_secret is null as took_secret
    ), dropped as (
      update webhooks.deliveries d set status = 'FAILED'
      from changed
      where d.app_id = changed.id and d.status = 'PENDING' and changed.webhook_url is null
    )
    select id as app_id, app_name, key_prefix, key_last_four, webhook_url, last_used_at, created_at,
      took_secret
    from changed`;
  return row ?? null;
}

/** Deletes an app with its key, count and deliveries; false when the owner has no such app. */
export async function deleteApp(
  sql: Sql,
  { id, ownerId }: { id: string; ownerId: string },
): Promise<boolean> {
  const { count } = await sql`
    delete from webhooks.apps where id = ${id} and owner_id = ${ownerId}`;
  return count > 0;
}
