/** Identity secrets of apps, which sign visitors' ids: one for each app, two during a rotation. */
import type { ISql, Sql } from "postgres";
import { ownedBy } from "../../http/database/owned_by.ts";
import { lockApp } from "./apps.ts";

/** Metadata of an identity secret, as shown to its owner. */
export interface IdentityRow {
  /** Null if the app has none. */
  made_at: Date | null;
  /** End of the previous secret's overlap, or null. */
  previous_secret_until: Date | null;
}

function shown(sql: ISql) {
  return sql`made_at,
    case when previous_until > now() then previous_until end as previous_secret_until`;
}

/** Returns when an app's identity secret was created; null if the owner has no such app. */
export async function findIdentity(
  sql: Sql,
  { appId, ownerId }: { appId: string; ownerId: string },
): Promise<IdentityRow | null> {
  const [row] = await ownedBy(sql, ownerId)<IdentityRow[]>`
    select i.* from webhooks.apps a
    left join lateral (
      select ${shown(sql)} from webhooks.identity_secrets where app_id = a.id
    ) i on true
    where a.id = ${appId} and a.owner_id = ${ownerId}`;
  return row ?? null;
}

/**
 * Sets an app's identity secret; the previous one stays valid until the overlap ends. Null if the
 * owner has no such app.
 */
export async function setIdentity(
  sql: Sql,
  { appId, ownerId, secret, overlapSeconds }: {
    appId: string;
    ownerId: string;
    /** Sealed for the app's identity. */
    secret: Uint8Array;
    overlapSeconds: number;
  },
): Promise<IdentityRow | null> {
  return await ownedBy(sql, ownerId).begin(async (sql) => {
    if (!await lockApp(sql, { appId, ownerId })) return null;
    const [row] = await sql<IdentityRow[]>`
      insert into webhooks.identity_secrets as i (app_id, secret)
      values (${appId}, ${secret}::bytea)
      on conflict (app_id) do update
      set secret = excluded.secret, previous_secret = i.secret, made_at = now(),
        previous_until = now() + ${overlapSeconds} * interval '1 second'
      returning ${shown(sql)}`;
    return row;
  });
}
