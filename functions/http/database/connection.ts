/**
 * One Postgres connection with a deadline for every response. The server ends a statement that
 * takes too long: in the transactions of `owned_by.ts` by `statement_timeout`, otherwise because it
 * receives a cancel request over another connection. If the server does not respond to that either,
 * the socket is dead and this connection alone is closed. A closed connection is never reopened,
 * since its record of prepared statements is no longer valid.
 */
import type { Sql, TransactionSql } from "postgres";
import { handlersOf, intercept, type Statement } from "./statement.ts";
import type { Timeouts } from "./timeouts.ts";

/** A postgres.js client with one connection. */
export interface Client {
  sql: Sql;
  /** Destroys its sockets at once, without waiting for the server. */
  cut(): void;
}

export interface ClientOptions {
  /** Called when the socket has closed or can no longer be trusted. */
  lost: () => void;
  /** Called with each notification on a channel it listens to. */
  notified?: (channel: string, payload: string) => void;
}

/** Creates a client, which connects at its first statement. */
export type OpenClient = (options: ClientOptions) => Client;

/** Time the server has to respond after its timeout or a cancel request, in ms. */
export const GRACE_MS = 1_000;

/** Minimum age of a connection at its replacement, in ms; randomised up to twice that. */
const AGE_MS = 30 * 60_000;

/** A transaction: the options of `sql.begin`, and the callback that runs in it. */
export interface Transaction<Result> {
  options: string;
  work: (sql: TransactionSql) => Result | Promise<Result>;
}

export class Connection {
  /** Whether the connection has ended; later responses are ignored. */
  isDead = false;
  /** Whether it was closed because the server did not respond. */
  isSilent = false;
  /** The postgres.js client, used to build statements. */
  readonly sql: Sql;
  readonly #endsAt = performance.now() + AGE_MS * (1 + Math.random());
  readonly #client: Client;
  readonly #handlers: Pick<Statement, "handler" | "canceller">;
  readonly #died: (connection: Connection) => void;
  #timeouts: Timeouts<Connection> | undefined;
  /** Number of outstanding responses; a transaction may pipeline several statements. */
  #outstanding = 0;
  #isInTransaction = false;
  /** The last statement, until its backend is known, which a cancel request needs. */
  #statement: Statement | undefined;
  #backend: Statement["state"] = null;
  #cancelling: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param died called once, when the connection has ended by itself. */
  constructor(
    open: OpenClient,
    { died, notified }: {
      died: (connection: Connection) => void;
      notified?: ClientOptions["notified"];
    },
  ) {
    this.#died = died;
    this.#client = open({ lost: () => this.giveUp(), notified });
    this.sql = this.#client.sql;
    this.#handlers = handlersOf(this.sql);
  }

  /**
   * Executes a statement, which any client may have built.
   * @param timeouts deadline of the response.
   * @param freed called when the connection is available again.
   */
  execute(statement: Statement, timeouts: Timeouts<Connection>, freed: () => void): void {
    this.#timeouts = timeouts;
    this.#watch(statement, freed);
    this.#handlers.handler(statement);
  }

  /** Runs a transaction. The timeouts are the deadlines of BEGIN and of each later response. */
  async begin<Result>(
    { options, work }: Transaction<Result>,
    timeouts: { beginning: Timeouts<Connection>; work: Timeouts<Connection> },
  ): Promise<Result> {
    this.#timeouts = timeouts.beginning;
    this.#isInTransaction = true;
    let isOver = false;
    this.#sent();
    try {
      return await this.sql.begin(options, async (sql) => {
        this.#responded();
        this.#timeouts = timeouts.work;
        try {
          const done = work(intercept(sql, (statement, go) => {
            if (isOver) return statement.reject(transactionIsOver());
            this.#watch(statement);
            go(statement);
          }));
          return await (Array.isArray(done) ? Promise.all(done) : done);
        } finally {
          // COMMIT or ROLLBACK.
          this.#sent();
        }
      }) as Result;
    } finally {
      isOver = true;
      this.#isInTransaction = false;
      this.#responded();
    }
  }

  /**
   * Handles a missed deadline: cancels the statement on the server, and closes the connection if no
   * response arrives even then. In a transaction the server's `statement_timeout` acts first.
   */
  late(): void {
    const giveUp = () => {
      this.isSilent = true;
      this.giveUp();
    };
    const cancel = () => {
      this.#after(GRACE_MS, giveUp);
      const backend = this.#backend ?? this.#statement?.state;
      if (!backend) return;
      // A server that accepts the cancel request is alive and gets the same time again.
      this.#cancelling = this.#cancel(backend).then((isTaken) => {
        this.#cancelling = undefined;
        if (isTaken && this.#outstanding > 0 && !this.isDead) this.#after(GRACE_MS, giveUp);
      });
    };
    if (this.#isInTransaction) this.#after(GRACE_MS / 4, cancel);
    else cancel();
  }

  /**
   * Schedules `work` after `ms`, replacing what was scheduled; a response cancels it. The time is
   * split into pieces, between which responses are read, so that a busy process does not close a
   * healthy connection.
   */
  #after(ms: number, work: () => void, pieces = 4): void {
    clearTimeout(this.#timer);
    const next = () => pieces > 1 ? this.#after(ms, work, pieces - 1) : work();
    this.#timer = setTimeout(next, ms / 4);
  }

  /** Resolves when no cancel request is under way that could hit the next statement. */
  settled(): Promise<void> | undefined {
    return this.#cancelling;
  }

  /** Whether it is due for replacement: the server's cache of prepared statements only grows. */
  isOld(): boolean {
    return performance.now() > this.#endsAt;
  }

  /** Closes the connection at once; outstanding statements are rejected. */
  giveUp(): void {
    if (this.isDead) return;
    this.isDead = true;
    this.#clearDeadline();
    this.#client.cut();
    this.sql.end({ timeout: 0 }).catch(() => {});
    this.#died(this);
  }

  /** Closes the connection when its statements have finished, within `timeout` seconds. */
  async end(options: { timeout?: number } = {}): Promise<void> {
    const ended = this.sql.end(options);
    // Set before the socket closes, so that `died` is not called.
    this.isDead = true;
    await ended;
    this.#clearDeadline();
    this.#client.cut();
  }

  #watch(statement: Statement, freed: () => void = () => {}): void {
    const { resolve, reject } = statement;
    let isOpen = true;
    const done = () => {
      if (!isOpen) return;
      isOpen = false;
      this.#backend ??= statement.state;
      this.#statement = undefined;
      this.#responded();
      // Deferred: a breaking connection rejects its statements before `isDead` is set.
      queueMicrotask(freed);
    };
    statement.resolve = (result) => (done(), resolve(result));
    statement.reject = (error) => (done(), reject(error));
    if (!this.#backend) this.#statement = statement;
    this.#sent();
  }

  #sent(): void {
    if (this.#outstanding++ === 0 && !this.isDead) this.#timeouts!.add(this);
  }

  #responded(): void {
    this.#clearDeadline();
    // The deadline of the next pipelined statement starts here.
    if (--this.#outstanding > 0 && !this.isDead) this.#timeouts!.add(this);
  }

  #clearDeadline(): void {
    this.#timeouts?.delete(this);
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Returns whether the server accepted the cancel request. */
  #cancel(state: object): Promise<boolean> {
    return this.#handlers.canceller({ state, active: true }).then(() => true, () => false);
  }
}

/** An error with a postgres.js code, which `problemOf` maps to `unavailable`. */
export function databaseError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

function transactionIsOver(): Error {
  return databaseError("CONNECTION_CLOSED", "The transaction has ended and accepts no statement.");
}
