/**
 * A pool of connections to Postgres in which nobody waits for ever. Each statement outside of a
 * transaction, and each transaction, has a connection to itself while it runs, so that one that
 * hangs stands before no other; and each answer is there within the limit and a second, or it is an
 * error: of the server, which has ended the statement, or of this pool, which then has replaced the
 * one connection that is silent.
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

/** How long a statement on the way of an answer may take, in ms. */
export const ANSWER_MS = 5_000;

export interface PoolOptions {
  /** The most connections. */
  max: number;
  /**
   * How long a statement may take, in ms. What is done at once, such as a transaction's beginning,
   * has no more than the time of an answer.
   */
  limitMs: number;
  /** Told when a connection was replaced because no answer came. */
  silent?: () => void;
}

/** What waits for a connection, or had to. */
interface Waiting {
  serve(connection: Connection): void;
  /** The limit is over since it came, and it has no answer. */
  late(): void;
}

/** The watches over what may take equally long. */
interface Limits {
  answers: Timeouts<Connection>;
  waiting: Timeouts<Waiting>;
}

type Beginning = [Transaction<unknown>["work"]] | [string, Transaction<unknown>["work"]];

const WITHIN = Symbol("within");

/** The same database with another limit, in ms; clients that know no limits stay as they are. */
export function within(sql: Sql, limitMs: number): Sql {
  const at = (sql as Sql & { [WITHIN]?: (limitMs: number) => Sql })[WITHIN];
  return at?.(limitMs) ?? sql;
}

/** Opens a pool that is used as any client of postgres.js; COPY and `reserve` it does not offer. */
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
  /** Makes statements and parameters; they are executed by any of the connections. */
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

  /** Executes a statement in its turn. */
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

  /** Runs a transaction in its turn. */
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

  /** Ends all connections when their statements are answered, but no later than given in seconds. */
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

  /** Takes a connection back, for who waits longest. */
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

  /** Makes room where a connection has ended by itself. */
  #bury(connection: Connection): void {
    this.#connections.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    if (connection.isSilent) {
      this.#options.silent?.();
      // What is cut off is seldom cut off alone, and nobody waits for these.
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
  return databaseError("STATEMENT_TIMEOUT", "The database did not answer in time.");
}

function ended(): Error {
  return databaseError("CONNECTION_ENDED", "The pool has ended.");
}
