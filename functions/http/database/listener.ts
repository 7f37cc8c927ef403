/**
 * LISTEN on a dedicated connection. A connection that was cut off silently delivers no
 * notifications, so it is checked at intervals. When it has ended, another replaces it and
 * `onListen` is called, since notifications may have been missed.
 */
import type { Sql } from "postgres";
import { Connection, type OpenClient } from "./connection.ts";
import { intercept } from "./statement.ts";
import { Timeouts } from "./timeouts.ts";

interface Channel {
  name: string;
  hear: (payload: string) => void;
  onListen?: () => void;
}

export interface ListenerOptions {
  /** Time limit of a response, in ms. */
  limitMs: number;
  /** Interval between checks, and the wait before reconnecting, in ms. */
  askMs?: number;
  retryMs?: number;
}

export class Listener {
  readonly #open: OpenClient;
  readonly #sql: Sql;
  readonly #answers: Timeouts<Connection>;
  readonly #askMs: number;
  readonly #retryMs: number;
  readonly #channels = new Set<Channel>();
  #connection: Connection | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasEnded = false;

  /** @param template builds the statements. */
  constructor(
    open: OpenClient,
    template: Sql,
    { limitMs, askMs = 10_000, retryMs = 500 }: ListenerOptions,
  ) {
    this.#open = open;
    this.#answers = new Timeouts(limitMs, (connection) => connection.late());
    this.#askMs = askMs;
    this.#retryMs = retryMs;
    this.#sql = intercept(
      template,
      (statement) => this.#connected().execute(statement, this.#answers, () => {}),
    );
  }

  /**
   * Listens as `sql.listen` does.
   * @throws if the first attempt fails; it is retried all the same.
   */
  readonly listen = async (
    name: string,
    hear: Channel["hear"],
    onListen?: Channel["onListen"],
  ): Promise<{ unlisten(): Promise<void> }> => {
    const channel: Channel = { name, hear, onListen };
    this.#channels.add(channel);
    await this.#listenTo(channel);
    return {
      unlisten: async () => {
        this.#channels.delete(channel);
        const others = [...this.#channels].some((other) => other.name === name);
        if (!others && this.#connection) await this.#sql`unlisten ${this.#sql(name)}`;
      },
    };
  };

  /** Closes the connection; no further notifications are delivered. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    this.#answers.close();
    await this.#connection?.end({ timeout: 0 });
  }

  #connected(): Connection {
    return this.#connection ??= new Connection(this.#open, {
      died: () => {
        this.#connection = undefined;
        this.#later(() => this.#listenAgain(), this.#retryMs);
      },
      notified: (name, payload) => {
        for (const channel of this.#channels) if (channel.name === name) channel.hear(payload);
      },
    });
  }

  async #listenTo({ name, onListen }: Channel): Promise<void> {
    await this.#sql`listen ${this.#sql(name)}`;
    onListen?.();
    this.#later(() => this.#ask(), this.#askMs);
  }

  async #listenAgain(): Promise<void> {
    for (const channel of this.#channels) await this.#listenTo(channel);
  }

  async #ask(): Promise<void> {
    await this.#sql`select 1`;
    this.#later(() => this.#ask(), this.#askMs);
  }

  /** Schedules the next check or reconnect. If it fails, `died` schedules another reconnect. */
  #later(work: () => Promise<void>, ms: number): void {
    clearTimeout(this.#timer);
    if (this.#hasEnded) return;
    this.#timer = setTimeout(() => void work().catch(() => {}), ms);
  }
}
