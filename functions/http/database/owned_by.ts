/**
 * Statements under row-level security: the role of the services sees only rows of the transaction's
 * owner, even if a statement does not filter by it, and no rows without an owner. The actor is set
 * too, for the audit trail. Role, owner and actor are reset when the transaction ends, so a pooled
 * connection, also of Hyperdrive, never carries them over to another request. Server-side limits
 * apply to the same transaction: the time of a statement, the pause between two statements, so that
 * a suspended process releases its locks, and the time of the whole, for one that was suspended
 * within the messages of a statement, which is no pause to the server.
 */
import type { ParameterOrFragment, Row, RowList, Sql, TransactionSql } from "postgres";
import { ANSWER_MS, within } from "./connection_pool.ts";
import type { ActorId } from "../identity/identity.ts";
import { actorOf, type Attempt, attemptOf } from "../identity/request_context.ts";

/** Executes statements under a role, each or several together in a transaction. */
export interface Scoped {
  /** Executes one statement in a transaction of its own. */
  <Rows extends readonly (object | undefined)[] = Row[]>(
    template: TemplateStringsArray,
    ...values: ParameterOrFragment<never>[]
  ): Promise<RowList<Rows>>;
  /** Runs a transaction like `sql.begin`. */
  begin<Result>(work: (sql: TransactionSql) => Promise<Result>): Promise<Result>;
}

interface Scope {
  role: string;
  ownerId: string;
  /** Actor, if it is not the caller of the request. */
  actorId?: ActorId;
  limitMs: number;
  pauseMs?: number;
  prepares?: boolean;
}

export interface Limit {
  /** Time limit of each statement, in ms. */
  limitMs?: number;
}

export interface OwnerOptions extends Limit {
  /**
   * Whether the writes only prepare the request's effect, so that a repeat under the same
   * Idempotency-Key may execute them again.
   */
  prepares?: boolean;
  /** Maximum pause between two statements of the transaction, in ms; 15 s by default. */
  pauseMs?: number;
  /** Actor, where the request determines it, such as a sign-in; by default the caller. */
  actorId?: ActorId;
}

/** Limit for work that grows with the account, such as cascading deletes and exports, in ms. */
export const SLOW_MS = 60_000;

/**
 * Number of statements of a transaction that may use their whole time before it is ended, beside one
 * pause.
 */
const SLOW_STATEMENTS = 4;

/** Default pause between two statements of a transaction, in ms. */
const PAUSE_MS = 15_000;

/** Statements restricted to the rows of one owner. */
export function ownedBy(
  sql: Sql,
  ownerId: string,
  { limitMs = ANSWER_MS, ...options }: OwnerOptions = {},
): Scoped {
  return scoped(sql, { ...options, role: "airec_service", ownerId, limitMs });
}

/** Statements of the webhook sender, which reads the outbox and endpoints of all owners. */
export function asSender(sql: Sql, { limitMs = ANSWER_MS }: Limit = {}): Scoped {
  return scoped(sql, { role: "airec_sender", ownerId: "", limitMs });
}

/** Statements without an owner, before the caller is known: no account's rows are visible. */
export function withoutOwner(sql: Sql): Scoped {
  return scoped(sql, { role: "airec_service", ownerId: "", limitMs: ANSWER_MS });
}

function scoped(pool: Sql, scope: Scope): Scoped {
  const sql = scope.limitMs === ANSWER_MS ? pool : within(pool, scope.limitMs);
  const begin = <Result>(work: (sql: TransactionSql) => Promise<Result>) => {
    const attempt = scope.prepares ? undefined : attemptOf(scope.ownerId);
    const actorId = scope.actorId ?? actorOf(scope.ownerId);
    return sql.begin(async (sql) => {
      // `setScope` and the first statement of `work` are pipelined, in this order.
      const [, result] = await Promise.all([
        setScope(sql, { ...scope, actorId }).execute(),
        work(sql),
      ]);
      if (attempt) await recordEffect(sql, attempt);
      return result;
    }) as Promise<Result>;
  };
  const statement = (template: TemplateStringsArray, ...values: ParameterOrFragment<never>[]) =>
    begin(async (sql) => await sql(template, ...values));
  return Object.assign(statement, { begin }) as Scoped;
}

/** Sets role, owner, actor and limits until the transaction ends. */
function setScope(
  sql: TransactionSql,
  { role, ownerId, actorId, limitMs, pauseMs = PAUSE_MS }: Scope,
) {
  return sql`
    select set_config('role', ${role}, true), set_config('airec.owner', ${ownerId}, true),
      set_config('airec.actor', ${actorId ?? ""}, true),
      set_config('statement_timeout', ${String(limitMs)}, true),
      set_config('idle_in_transaction_session_timeout', ${String(pauseMs)}, true),
      -- Since Postgres 17.
      case when current_setting('transaction_timeout', true) is not null then
        set_config('transaction_timeout', ${String(pauseMs + SLOW_STATEMENTS * limitMs)}, true)
      end`;
}

/**
 * Records the effect early in a transaction, for an effect outside the database: until the
 * transaction ends, no other attempt can acquire the Idempotency-Key.
 * @throws if another attempt holds the key.
 */
export async function claimEffect(sql: TransactionSql, ownerId: string): Promise<void> {
  const attempt = attemptOf(ownerId);
  if (attempt) await recordEffect(sql, attempt);
}

/** Records that the request took effect. @throws if another attempt holds the key. */
async function recordEffect(
  sql: TransactionSql,
  { service, key, attempt }: Attempt,
): Promise<void> {
  await sql`select http.make_effect(${service}, ${key}, ${attempt}::uuid)`;
}
