/**
 * Intercepts postgres.js 3.4.9 statements before execution. A statement is lazy, also as a fragment
 * of another: its `handler` is called only when it is awaited. There a pool can choose the
 * connection and set the deadline.
 */
import type { Sql, TransactionSql } from "postgres";

/** A statement with the members that the library does not type. */
export interface Statement extends Promise<unknown> {
  /** Executes the statement. */
  handler: (statement: Statement) => unknown;
  /** Sends a cancel request for the backend's statement over another connection. */
  canceller: (statement: Pick<Statement, "state" | "active">) => Promise<void>;
  /** Called by its connection with the result. */
  resolve: (result: unknown) => void;
  /** Called by its connection with the error. */
  reject: (error: unknown) => void;
  /** The backend that executes it, one object for each connection; null before. */
  state: object | null;
  active: boolean;
}

/** Returns `sql` with its statements executed by `execute`; `go` is the original handler. */
export function intercept<S extends Sql | TransactionSql>(
  sql: S,
  execute: (statement: Statement, go: Statement["handler"]) => unknown,
  own: Partial<Record<string | symbol, unknown>> = {},
): S {
  const intercepted = (value: unknown): unknown => {
    if (isStatement(value)) {
      const go = value.handler;
      value.handler = (statement) => execute(statement, go);
    }
    return value;
  };
  const members: typeof own = {
    unsafe: (...parameters: Parameters<Sql["unsafe"]>) =>
      intercepted((sql as Sql).unsafe(...parameters)),
    ...own,
  };
  return new Proxy(sql, {
    apply: (_sql, self, parameters) => intercepted(Reflect.apply(sql, self, parameters)),
    get: (_sql, name) => Reflect.get(Object.hasOwn(members, name) ? members : sql, name),
  });
}

/** Returns the functions by which a client executes and cancels any client's statements. */
export function handlersOf(client: Sql): Pick<Statement, "handler" | "canceller"> {
  return client`` as unknown as Statement;
}

/** False for identifiers, value lists and parameters. */
function isStatement(value: unknown): value is Statement {
  return typeof (value as Partial<Statement> | null)?.handler === "function";
}
