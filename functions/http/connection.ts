/**
 * One connection to Postgres, on which no question goes without an answer for ever. The server ends
 * a statement that takes too long: by its own `statement_timeout` in the transactions of
 * `owned_by.ts`, elsewhere because it is asked to, over another connection. Where not even that is
 * answered the socket is dead, and this connection, no other, is given up. It lives once: what it
 * believes of its statements is not trusted after its socket has closed.
 */
import type { Sql, TransactionSql } from "postgres";
import { intercept, type Statement, waysOf } from "./statement.ts";
import type { Timeouts } from "./timeouts.ts";

/** A postgres.js client of one connection. */
export interface Client {
  sql: Sql;
  /** Ends its sockets at once, whether or not the other side answers. */
  cut(): void;
}

export interface ClientOptions {
  /** Told when the socket has closed, or is not to be trusted any more. */
  lost: () => void;
  /** Told of each notification on a channel that it listens to. */
  notified?: (channel: string, payload: string) => void;
}

/** Makes a client, which connects with its first statement. */
export type OpenClient = (options: ClientOptions) => Client;

/** How long the answer may still take when the server has ended the statement, or was asked to. */
export const GRACE_MS = 1_000;

/** Connections in use are replaced at this age or up to twice as old, so that not all end at once. */
const AGE_MS = 30 * 60_000;

/** A transaction's options, as `sql.begin` takes them, and its work. */
export interface Transaction<Result> {
  options: string;
  work: (sql: TransactionSql) => Result | Promise<Result>;
}

export class Connection {
  /** Whether it has ended: what comes of it counts no more. */
  isDead = false;
  /** Whether it was given up because no answer came. */
  isSilent = false;
  /** The client's own: it makes statements. */
  readonly sql: Sql;
  readonly #endsAt = performance.now() + AGE_MS * (1 + Math.random());
  readonly #client: Client;
  readonly #ways: Pick<Statement, "handler" | "canceller">;
  readonly #died: (connection: Connection) => void;
  #timeouts: Timeouts<Connection> | undefined;
  /** Questions on their way; a transaction sends several at once. */
  #unanswered = 0;
  #isInTransaction = false;
  /** The last statement until its backend is known, by which the server can be asked to end it. */
  #statement: Statement | undefined;
  #backend: Statement["state"] = null;
  #cancelling: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param died is told once that it has ended by itself. */
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
    this.#ways = waysOf(this.sql);
  }

  /**
   * Executes one statement, whichever client made it.
   * @param timeouts watch over its answer.
   * @param freed is told when the connection is free again.
   */
  execute(statement: Statement, timeouts: Timeouts<Connection>, freed: () => void): void {
    this.#timeouts = timeouts;
    this.#watch(statement, freed);
    this.#ways.handler(statement);
  }

  /** Runs a transaction. @param timeouts watch over its beginning, and over each further answer. */
  async begin<Result>(
    { options, work }: Transaction<Result>,
    timeouts: { beginning: Timeouts<Connection>; work: Timeouts<Connection> },
  ): Promise<Result> {
    this.#timeouts = timeouts.beginning;
    this.#isInTransaction = true;
    let isOver = false;
    this.#asked();
    try {
      return await this.sql.begin(options, async (sql) => {
        this.#answered();
        this.#timeouts = timeouts.work;
        try {
          const done = work(intercept(sql, (statement, go) => {
            if (isOver) return statement.reject(transactionIsOver());
            this.#watch(statement);
            go(statement);
          }));
          return await (Array.isArray(done) ? Promise.all(done) : done);
        } finally {
          // Its commit or rollback.
          this.#asked();
        }
      }) as Result;
    } finally {
      isOver = true;
      this.#isInTransaction = false;
      this.#answered();
    }
  }

  /**
   * The time for an answer is over: has the server end the statement, and gives the connection up
   * where no answer comes even then. In a transaction the server's own timeout goes first.
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
      // A server that takes the cancellation lives, and has the same time once more.
      this.#cancelling = this.#cancel(backend).then((isTaken) => {
        this.#cancelling = undefined;
        if (isTaken && this.#unanswered > 0 && !this.isDead) this.#after(GRACE_MS, giveUp);
      });
    };
    if (this.#isInTransaction) this.#after(GRACE_MS / 4, cancel);
    else cancel();
  }

  /**
   * Does something later, unless an answer comes or something else is to be done later. The time
   * counts in pieces, between which answers are read: a process that was too busy for them blames
   * no connection.
   */
  #after(ms: number, work: () => void, pieces = 4): void {
    clearTimeout(this.#timer);
    const next = () => pieces > 1 ? this.#after(ms, work, pieces - 1) : work();
    this.#timer = setTimeout(next, ms / 4);
  }

  /** Resolves when no cancellation is on its way that could meet the next statement. */
  settled(): Promise<void> | undefined {
    return this.#cancelling;
  }

  /** Whether it has served long enough: a server's memory of its statements only grows. */
  isOld(): boolean {
    return performance.now() > this.#endsAt;
  }

  /** Ends it at once: whoever waits for one of its answers hears that the connection is gone. */
  giveUp(): void {
    if (this.isDead) return;
    this.isDead = true;
    this.#rest();
    this.#client.cut();
    this.sql.end({ timeout: 0 }).catch(() => {});
    this.#died(this);
  }

  /** Ends it when its statements are answered, but no later than given in seconds. */
  async end(options: { timeout?: number } = {}): Promise<void> {
    const ended = this.sql.end(options);
    // It tells nobody that it has closed.
    this.isDead = true;
    await ended;
    this.#rest();
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
      this.#answered();
      // A turn later: a connection that breaks rejects its statements while it still counts as open.
      queueMicrotask(freed);
    };
    statement.resolve = (result) => (done(), resolve(result));
    statement.reject = (error) => (done(), reject(error));
    if (!this.#backend) this.#statement = statement;
    this.#asked();
  }

  #asked(): void {
    if (this.#unanswered++ === 0 && !this.isDead) this.#timeouts!.add(this);
  }

  #answered(): void {
    this.#rest();
    // What was sent behind it has all its time from here on.
    if (--this.#unanswered > 0 && !this.isDead) this.#timeouts!.add(this);
  }

  #rest(): void {
    this.#timeouts?.delete(this);
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Whether the server took a cancellation. */
  #cancel(state: object): Promise<boolean> {
    return this.#ways.canceller({ state, active: true }).then(() => true, () => false);
  }
}

/** An error with one of the library's codes, by which it is known that the database was away. */
export function databaseError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

function transactionIsOver(): Error {
  return databaseError("CONNECTION_CLOSED", "The transaction is over, and takes no statement.");
}
