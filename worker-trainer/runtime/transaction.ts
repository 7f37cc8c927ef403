import type { Sql, TransactionSql } from "postgres";

/** Maximum pause between two statements of a transaction, in ms. */
const PAUSE_MS = 5_000;

/**
 * Runs a transaction that the server ends if this process pauses in it, so that a suspended trainer
 * does not hold locks, above all the one that serialises claims.
 * @returns the result of `work`. After too long a pause, the next statement is rejected.
 */
export async function transaction<Result>(
  sql: Sql,
  work: (sql: TransactionSql) => Promise<Result>,
  { pauseMs = PAUSE_MS }: { pauseMs?: number } = {},
): Promise<Result> {
  return await sql.begin(async (sql) => {
    const limit = sql`
      select set_config('idle_in_transaction_session_timeout', ${String(pauseMs)}, true)`;
    // Pipelined: the limit is set before the first statement of the work.
    const [, result] = await Promise.all([limit.execute(), work(sql)]);
    return result;
  }) as Result;
}
