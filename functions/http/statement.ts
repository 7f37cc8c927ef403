/**
 * Statements of postgres.js 3.4.9 before they are executed. A statement is lazy, also as a part of
 * another one: only when somebody waits for it does it call its `handler`, and that is where a pool
 * of our own chooses the connection and sets the deadline.
 */
import type { Sql, TransactionSql } from "postgres";

/** A statement with those of its members that the library does not type. */
export interface Statement extends Promise<unknown> {
  /** Executes it. */
  handler: (statement: Statement) => unknown;
  /** Asks the server, over another connection, to end what the backend is doing. */
  canceller: (statement: Pick<Statement, "state" | "active">) => Promise<void>;
  /** Called by its connection with the result, when the server is done with it. */
  resolve: (result: unknown) => void;
  /** Called likewise with the error. */
  reject: (error: unknown) => void;
  /** The backend that executes it; null before. One object for each connection. */
  state: object | null;
  active: boolean;
}

/** Has each statement that `sql` makes executed by `execute`, which is given its own way to go. */
export function intercept<S extends Sql | TransactionSql>(
  sql: S,
  execute: (statement: Statement, go: Statement["handler"]) => unknown,
  own: Partial<Record<string | symbol, unknown>> = {},
): S {
  const made = (value: unknown): unknown => {
    if (isStatement(value)) {
      const go = value.handler;
      value.handler = (statement) => execute(statement, go);
    }
    return value;
  };
  const members: typeof own = {
    unsafe: (...asked: Parameters<Sql["unsafe"]>) => made((sql as Sql).unsafe(...asked)),
    ...own,
  };
  return new Proxy(sql, {
    apply: (_sql, self, asked) => made(Reflect.apply(sql, self, asked)),
    get: (_sql, name) => Reflect.get(Object.hasOwn(members, name) ? members : sql, name),
  });
}

/** How a client executes statements and cancels them, whichever client made them. */
export function waysOf(client: Sql): Pick<Statement, "handler" | "canceller"> {
  return client`` as unknown as Statement;
}

/** Identifiers, lists of values and parameters are none. */
function isStatement(value: unknown): value is Statement {
  return typeof (value as Partial<Statement> | null)?.handler === "function";
}
