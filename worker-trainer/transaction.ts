import type { Sql, TransactionSql } from "postgres";

/** How long a transaction may pause between two statements, in ms. */
const PAUSE_MS = 5_000;

/**
 * Runs a transaction that the server ends where this process pauses in the middle of it. A trainer
 * that was stopped holds no lock for longer, above all not the one by which trainers claim one after
 * the other.
 * @returns what `work` returns. A pause that was too long rejects the next statement.
 */
export async function transaction<Result>(
  sql: Sql,
  work: (sql: TransactionSql) => Promise<Result>,
  { pauseMs = PAUSE_MS }: { pauseMs?: number } = {},
): Promise<Result> {
  return await sql.begin(async (sql) => {
    const limit = sql`
      select set_config('idle_in_transaction_session_timeout', ${String(pauseMs)}, true)`;
    // The limit and the first statement of the work go out together, in this order.
    const [, result] = await Promise.all([limit.execute(), work(sql)]);
    return result;
  }) as Result;
}
