import type { Sql } from "postgres";

/**
 * Has Postgres sample its tables anew where rows went with an account, or lost an erased person: the
 * samples that its planner goes by hold values of rows as they were.
 */
export async function refreshStatistics(sql: Sql): Promise<void> {
  await sql`select http.refresh_statistics()`;
}
