import type { Sql, TransactionSql } from "postgres";

/** Maximum pause between two statements of a transaction, in ms. */
const PAUSE_MS = 5_000;

/** Maximum duration of a transaction, in ms: a lease, which a suspended trainer loses anyway. */
const WHOLE_MS = 30_000;

export interface TransactionLimits {
  pauseMs?: number;
  wholeMs?: number;
}

/**
 * Runs a transaction that the server ends if this process pauses in it, so that a suspended trainer
 * does not hold locks, above all the one that serialises claims. The limit of the whole ends what
 * the server does not count as a pause: a process suspended within the messages of one statement,
 * when the server has parsed it and waits for its parameters. Postgres has it from version 17 on.
 * @returns the result of `work`. After too long a pause, the next statement is rejected.
 */
export async function transaction<Result>(
  sql: Sql,
  work: (sql: TransactionSql) => Promise<Result>,
  { pauseMs = PAUSE_MS, wholeMs = WHOLE_MS }: TransactionLimits = {},
): Promise<Result> {
  return await sql.begin(async (sql) => {
    const limits = sql`
      select set_config('idle_in_transaction_session_timeout', ${String(pauseMs)}, true),
        case when current_setting('transaction_timeout', true) is not null
          then set_config('transaction_timeout', ${String(wholeMs)}, true) end`;
    // Pipelined: the limits are set before the first statement of the work.
    const [, result] = await Promise.all([limits.execute(), work(sql)]);
    return result;
  }) as Result;
}
