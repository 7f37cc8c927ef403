/** Usage of an app. */
import type { Sql } from "postgres";
import { ownedBy } from "../../http/database/owned_by.ts";

export interface UsageRow {
  app_id: string;
  app_name: string;
  usage_count: number;
  last_used_at: Date | null;
}

/** Returns the usage of an owner's apps by name, starting after `after`. */
export async function listUsage(
  sql: Sql,
  { ownerId, limit, after }: { ownerId: string; limit: number; after: string | undefined },
): Promise<UsageRow[]> {
  return await ownedBy(sql, ownerId)<UsageRow[]>`
    select u.app_id, u.app_name, u.usage_count::float8 as usage_count, a.last_used_at
    from webhooks.usage u
    join webhooks.apps a on a.id = u.app_id
    where a.owner_id = ${ownerId}
      and (${after ?? null}::text is null or a.app_name > ${after ?? null})
    order by a.app_name
    limit ${limit}`;
}

/**
 * Returns an app's usage for each of the last `days` UTC days, ending today, 0 for days without
 * use; null if the owner has no such app.
 */
export async function usageByDay(
  sql: Sql,
  { appId, ownerId, days }: { appId: string; ownerId: string; days: number },
): Promise<{ day: string; usage_count: number }[] | null> {
  const rows = await ownedBy(sql, ownerId)<{ day: string; usage_count: number }[]>`
    select to_char(d.day, 'YYYY-MM-DD') as day, coalesce(u.usage_count, 0)::float8 as usage_count
    from webhooks.apps a
    cross join lateral (
      select (now() at time zone 'utc')::date - back as day
      from generate_series(0, ${days}::int - 1) back
    ) d
    left join webhooks.usage_days u on u.app_id = a.id and u.day = d.day
    where a.id = ${appId} and a.owner_id = ${ownerId}
    order by d.day`;
  return rows.length === 0 ? null : rows;
}
