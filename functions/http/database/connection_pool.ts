/**
 * A Postgres connection pool with bounded waits. Each statement outside a transaction and each
 * transaction has a connection to itself, so a hanging one delays no other. Each response arrives
 * within the limit plus about a second, or the statement fails: because the server ended it, or
 * because this pool has replaced the one connection that does not respond.
 */
import type { Sql } from "postgres";
import {
  Connection,
  databaseError,
  GRACE_MS,
  type OpenClient,
  type Transaction,
} from "./connection.ts";
import { Listener } from "./listener.ts";
import { intercept, type Statement } from "./statement.ts";
import { Timeouts } from "./timeouts.ts";

/** Time limit of a statement that a response waits for, in ms. */
export const ANSWER_MS = 5_000;

export interface PoolOptions {
  /** Maximum number of connections. */
  max: number;
  /** Time limit of a statement, in ms. BEGIN and `listen` have at most `ANSWER_MS`. */
  limitMs: number;
  /** Called when a connection was replaced because the server did not respond. */
  silent?: () => void;
}

/** A statement or transaction that waits for a connection. */
interface Waiting {
  serve(connection: Connection): void;
  /** Called when its time limit has passed without a response. */
  late(): void;
}

/** The deadlines that share one time limit. */
interface Limits {
  answers: Timeouts<Connection>;
  waiting: Timeouts<Waiting>;
}

type Beginning = [Transaction<unknown>["work"]] | [string, Transaction<unknown>["work"]];

const WITHIN = Symbol("within");

/** Returns the same pool with another time limit in ms, or `sql` itself if it has no limits. */
export function within(sql: Sql, limitMs: number): Sql {
  const at = (sql as Sql & { [WITHIN]?: (limitMs: number) => Sql })[WITHIN];
  return at?.(limitMs) ?? sql;
}

/** Opens a pool with the interface of postgres.js, without COPY and `reserve`. */
export function openPool(open: OpenClient, { limitMs, ...options }: PoolOptions): Sql {
  const pool = new Pool(open, { limitMs, ...options });
  const { template } = pool;
  const listener = new Listener(open, template, { limitMs: atOnceMs(limitMs) });
  const at = (limitMs: number): Sql => {
    const limits = pool.limits(limitMs);
    return intercept(template, (statement) => pool.execute(statement, limits), {
      begin: (...asked: Beginning) => {
        const [options, work] = asked.length === 1 ? ["", asked[0]] : asked;
        return pool.begin({ options, work }, limits);
      },
      listen: listener.listen,
      end: (options?: { timeout?: number }) =>
        Promise.all([listener.end(), pool.end(options)]).then(() => {}),
      [WITHIN]: at,
    });
  };
  return at(limitMs);
}

class Pool {
  /** Builds statements and parameters, which any connection can execute. */
  readonly template: Sql;
  readonly #open: OpenClient;
  readonly #options: PoolOptions;
  readonly #connections = new Set<Connection>();
  readonly #idle: Connection[] = [];
  readonly #waiting = new Set<Waiting>();
  readonly #limits = new Map<number, Limits>();
  #isEnding = false;

  constructor(open: OpenClient, options: PoolOptions) {
    this.#open = open;
    this.#options = options;
    const first = this.#another();
    this.template = first.sql;
    this.#idle.push(first);
  }

  limits(ms: number): Limits {
    const known = this.#limits.get(ms);
    if (known) return known;
    const limits: Limits = {
      answers: new Timeouts(ms, (connection) => connection.late()),
      waiting: new Timeouts(ms + GRACE_MS, (one) => one.late()),
    };
    this.#limits.set(ms, limits);
    return limits;
  }

  /** Executes a statement when a connection is available. */
  execute(statement: Statement, limits: Limits): void {
    const { reject } = statement;
    if (this.#isEnding) return reject(ended());
    const run = (connection: Connection, done = () => {}) =>
      connection.execute(statement, limits.answers, () => {
        done();
        this.#give(connection);
      });
    const connection = this.#free();
    if (connection) return run(connection);
    const waiting: Waiting = {
      serve: (connection) => run(connection, () => limits.waiting.delete(waiting)),
      late: () => {
        this.#waiting.delete(waiting);
        reject(tooLate());
      },
    };
    this.#wait(waiting, limits);
  }

  /** Runs a transaction when a connection is available. */
  async begin<Result>(transaction: Transaction<Result>, limits: Limits): Promise<Result> {
    if (this.#isEnding) throw ended();
    const run = async ({ options, work }: Transaction<Result>, connection: Connection) => {
      try {
        return await connection.begin(
          { options, work },
          { beginning: this.limits(atOnceMs(this.#options.limitMs)).answers, work: limits.answers },
        );
      } finally {
        this.#give(connection);
      }
    };
    const connection = this.#free();
    if (connection) return await run(transaction, connection);
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    let isLate = false;
    const waiting: Waiting = {
      serve: (connection) => {
        const work: typeof transaction.work = (sql) => {
          if (isLate) throw tooLate();
          limits.waiting.delete(waiting);
          return transaction.work(sql);
        };
        run({ ...transaction, work }, connection).then(resolve, reject);
      },
      late: () => {
        isLate = true;
        this.#waiting.delete(waiting);
        reject(tooLate());
      },
    };
    this.#wait(waiting, limits);
    return await promise;
  }

  /** Closes all connections when their statements have finished, within `timeout` seconds. */
  async end(options?: { timeout?: number }): Promise<void> {
    this.#isEnding = true;
    for (const waiting of this.#waiting) waiting.late();
    await Promise.all([...this.#connections].map((connection) => connection.end(options)));
    for (const { answers, waiting } of this.#limits.values()) {
      answers.close();
      waiting.close();
    }
  }

  #free(): Connection | undefined {
    const connection = this.#idle.pop();
    if (connection || this.#connections.size >= this.#options.max) return connection;
    return this.#another();
  }

  #another(): Connection {
    const connection = new Connection(this.#open, { died: (connection) => this.#bury(connection) });
    this.#connections.add(connection);
    return connection;
  }

  #wait(waiting: Waiting, limits: Limits): void {
    this.#waiting.add(waiting);
    limits.waiting.add(waiting);
  }

  /** Returns a connection to the pool, or passes it to the longest waiting statement. */
  #give(connection: Connection): void {
    if (connection.isDead) return;
    const settled = connection.settled();
    if (settled) return void settled.then(() => this.#give(connection));
    if (this.#waiting.size > 0) return this.#serveNext(connection);
    if (!connection.isOld()) return void this.#idle.push(connection);
    this.#connections.delete(connection);
    connection.end().catch(() => {});
  }

  #serveNext(connection: Connection): void {
    const [next] = this.#waiting;
    this.#waiting.delete(next);
    next.serve(connection);
  }

  /** Removes a connection that has ended by itself, and serves waiting statements with new ones. */
  #bury(connection: Connection): void {
    this.#connections.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    if (connection.isSilent) {
      this.#options.silent?.();
      // A network failure usually affects all connections, and nothing waits for the idle ones.
      for (const idle of this.#idle.splice(0)) idle.giveUp();
    }
    if (this.#isEnding) return;
    while (this.#waiting.size > 0 && this.#connections.size < this.#options.max) {
      this.#serveNext(this.#another());
    }
  }
}

function atOnceMs(limitMs: number): number {
  return Math.min(limitMs, ANSWER_MS);
}

function tooLate(): Error {
  return databaseError("STATEMENT_TIMEOUT", "The database did not respond in time.");
}

function ended(): Error {
  return databaseError("CONNECTION_ENDED", "The pool has ended.");
}
