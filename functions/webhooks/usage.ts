/** What an owner's apps used. */
import type { Sql } from "postgres";

export interface UsageRow {
  app_id: string;
  app_name: string;
  usage_count: number;
  last_used_at: Date | null;
}

/** The counts of an owner's apps by name, from behind `after` on. */
export async function listUsage(
  sql: Sql,
  { ownerId, limit, after }: { ownerId: string; limit: number; after: string | undefined },
): Promise<UsageRow[]> {
  return await sql<UsageRow[]>`
    select u.app_id, u.app_name, u.usage_count::float8 as usage_count, a.last_used_at
    from webhooks.usage u
    join webhooks.apps a on a.id = u.app_id
    where a.owner_id = ${ownerId}
      and (${after ?? null}::text is null or a.app_name > ${after ?? null})
    order by a.app_name
    limit ${limit}`;
}
