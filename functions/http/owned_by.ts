/**
 * Statements within the second wall: row-level security lets the services' role see the rows of the
 * transaction's owner alone, even where a statement forgets to name them. Without an owner it sees
 * none. Role and owner end with the transaction, so that pools, Hyperdrive's too, carry them to
 * nobody else. So do two limits, which the server keeps: of a statement, and of a pause between two,
 * so that a process which was stopped in between holds its locks no longer than that.
 */
import type { ParameterOrFragment, Row, RowList, Sql, TransactionSql } from "postgres";
import { type Attempt, attemptOf } from "./attempts.ts";
import { ANSWER_MS, within } from "./connection_pool.ts";

/** Statements under a role, each or several together in a transaction. */
export interface Scoped {
  /** One statement in a transaction of its own. */
  <Rows extends readonly (object | undefined)[] = Row[]>(
    template: TemplateStringsArray,
    ...values: ParameterOrFragment<never>[]
  ): Promise<RowList<Rows>>;
  /** A transaction as `sql.begin` makes it. */
  begin<Result>(work: (sql: TransactionSql) => Promise<Result>): Promise<Result>;
}

interface Scope {
  role: string;
  ownerId: string;
  limitMs: number;
  pauseMs?: number;
  prepares?: boolean;
}

export interface Limit {
  /** How long each statement may take, in ms. */
  limitMs?: number;
}

export interface OwnerOptions extends Limit {
  /**
   * Whether what is written only prepares the effect that the request is to have, and may be
   * written again by a repeat under the same Idempotency-Key.
   */
  prepares?: boolean;
  /** How long the transaction may pause between two statements, in ms: 15 s by default. */
  pauseMs?: number;
}

/** For what grows with the account: deletions that cascade, exports. */
export const SLOW_MS = 60_000;

/** How long a transaction may pause between two statements, in ms. */
const PAUSE_MS = 15_000;

/** What one owner may see and change. */
export function ownedBy(
  sql: Sql,
  ownerId: string,
  { limitMs = ANSWER_MS, pauseMs, prepares }: OwnerOptions = {},
): Scoped {
  return scoped(sql, { role: "airec_service", ownerId, limitMs, pauseMs, prepares });
}

/** What the sender of webhooks needs of all owners: the outbox and its endpoints. */
export function asSender(sql: Sql, { limitMs = ANSWER_MS }: Limit = {}): Scoped {
  return scoped(sql, { role: "airec_sender", ownerId: "", limitMs });
}

/** What is asked before anybody is known: no account's rows. */
export function ofNobody(sql: Sql): Scoped {
  return scoped(sql, { role: "airec_service", ownerId: "", limitMs: ANSWER_MS });
}

function scoped(pool: Sql, scope: Scope): Scoped {
  const sql = scope.limitMs === ANSWER_MS ? pool : within(pool, scope.limitMs);
  const begin = <Result>(work: (sql: TransactionSql) => Promise<Result>) => {
    const attempt = scope.prepares ? undefined : attemptOf(scope.ownerId);
    return sql.begin(async (sql) => {
      // What enters and the first statement of the work go out together, in this order.
      const [, result] = await Promise.all([enter(sql, scope).execute(), work(sql)]);
      if (attempt) await makeEffect(sql, attempt);
      return result;
    }) as Promise<Result>;
  };
  const one = (template: TemplateStringsArray, ...values: ParameterOrFragment<never>[]) =>
    begin(async (sql) => await sql(template, ...values));
  return Object.assign(one, { begin }) as Scoped;
}

/** Takes role, owner and limits until the transaction ends. */
function enter(sql: TransactionSql, { role, ownerId, limitMs, pauseMs = PAUSE_MS }: Scope) {
  return sql`
    select set_config('role', ${role}, true), set_config('airec.owner', ${ownerId}, true),
      set_config('statement_timeout', ${String(limitMs)}, true),
      set_config('idle_in_transaction_session_timeout', ${String(pauseMs)}, true)`;
}

/** Notes that the request has had its effect. @throws where another attempt holds its key. */
async function makeEffect(sql: TransactionSql, { service, key, attempt }: Attempt): Promise<void> {
  await sql`select http.make_effect(${service}, ${key}, ${attempt}::uuid)`;
}
