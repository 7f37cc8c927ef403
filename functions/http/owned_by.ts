/**
 * Statements within the second wall: row-level security lets the services' role see the rows of the
 * transaction's owner alone, even where a statement forgets to name them. Without an owner it sees
 * none. Role and owner end with the transaction, so that pools, Hyperdrive's too, carry them to
 * nobody else.
 */
import type { ParameterOrFragment, Row, RowList, Sql, TransactionSql } from "postgres";

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
}

/** What one owner may see and change. */
export function ownedBy(sql: Sql, ownerId: string): Scoped {
  return scoped(sql, { role: "airec_service", ownerId });
}

/** What the sender of webhooks needs of all owners: the outbox and its endpoints. */
export function asSender(sql: Sql): Scoped {
  return scoped(sql, { role: "airec_sender", ownerId: "" });
}

function scoped(sql: Sql, scope: Scope): Scoped {
  const begin = <Result>(work: (sql: TransactionSql) => Promise<Result>) =>
    // What enters and the first statement of the work go out together, in this order.
    sql.begin(async (sql) => (await Promise.all([enter(sql, scope).execute(), work(sql)]))[1]);
  const one = (template: TemplateStringsArray, ...values: ParameterOrFragment<never>[]) =>
    begin(async (sql) => await sql(template, ...values));
  return Object.assign(one, { begin }) as Scoped;
}

/** Takes role and owner until the transaction ends. */
function enter(sql: TransactionSql, { role, ownerId }: Scope) {
  return sql`select set_config('role', ${role}, true), set_config('airec.owner', ${ownerId}, true)`;
}
