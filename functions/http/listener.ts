/**
 * Channels that are listened to, on a connection of their own. It is asked now and then whether it
 * lives, since one that was cut off in silence brings nothing either. Where it ended another takes
 * its place, and `onListen` is told: meanwhile notifications may have been missed.
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
  /** How long an answer may take, in ms. */
  limitMs: number;
  /** How often the connection is asked whether it lives, and the wait before another is tried. */
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

  /** @param template makes the statements. */
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
   * @throws where the first attempt fails; others follow all the same.
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

  /** Ends it: nothing is heard any more. */
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

  /** One thing is to come at a time. Where it fails the connection has died, and another comes. */
  #later(work: () => Promise<void>, ms: number): void {
    clearTimeout(this.#timer);
    if (this.#hasEnded) return;
    this.#timer = setTimeout(() => void work().catch(() => {}), ms);
  }
}
