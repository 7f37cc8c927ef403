import type { Sql } from "postgres";

/**
 * Runs ANALYZE on tables from which rows of an account or an erased user were deleted, because the
 * planner's statistics contain samples of old values.
 */
export async function refreshStatistics(sql: Sql): Promise<void> {
  await sql`select http.refresh_statistics()`;
}
