/**
 * Opening Postgres on Deno: a pool whose connections outlive their server's restarts, which
 * postgres.js 3.4.9 alone does not, and of which none is waited for for ever.
 */
import { Socket } from "node:net";
import postgres, { type Sql } from "postgres";
import { type Client, type ClientOptions, databaseError } from "./connection.ts";
import { ANSWER_MS, openPool } from "./connection_pool.ts";
import { texts } from "./texts.ts";

export interface DatabaseOptions {
  /** How long a statement may take, in ms: five seconds where somebody waits for the answer. */
  limitMs?: number;
  /** Told when a connection was replaced because no answer came. */
  silent?: () => void;
}

/** Opens a pool of ten. */
export function openDatabase(
  url: string,
  { limitMs = ANSWER_MS, silent }: DatabaseOptions = {},
): Sql {
  surviveLateWrites();
  return openPool((options) => openClient(url, options), { max: 10, limitMs, silent });
}

type Options = NonNullable<Parameters<typeof postgres>[1]>;

interface Address {
  path?: string | false;
  host: string[];
  port: number[];
}

/** A client of one connection, which connects once. */
export function openClient(url: string, { lost, notified }: ClientOptions): Client {
  const sockets = new Set<Socket>();
  let main: Socket | undefined;
  let isCut = false;
  const sql = postgres(url, {
    max: 1,
    // Less than a statement has: nobody is asked to end what was never begun.
    connect_timeout: 4,
    // Connections end by their pool, between two statements.
    max_lifetime: null,
    // Asking for them first costs a round trip, and the process where a connection breaks meanwhile.
    fetch_types: false,
    types: { texts },
    onnotice: () => {},
    onnotify: notified,
    onclose: lost,
    socket(address: Address) {
      // The library would try for ever where a server closes what it has just accepted.
      if (isCut || main?.destroyed) {
        lost();
        throw databaseError("CONNECTION_CLOSED", "The connection has ended.");
      }
      const socket = openSocket(address);
      sockets.add(socket);
      // While the first one is open, others are there to cancel what it asked.
      main ??= socket;
      return socket;
    },
  } as Options);
  return {
    sql,
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
  };
}

/**
 * A socket on its way to the server. It says that it closed a turn of the event loop later, when a
 * transaction that has just begun listens for that; and never that it closed by an error, for then
 * postgres.js forgets what was asked since the error, and whoever waits for it waits for ever.
 */
function openSocket({ path, host: [host], port: [port] }: Address): Socket {
  const socket = Object.assign(new Socket(), { host, port });
  const emit = socket.emit.bind(socket) as (name: string, ...values: unknown[]) => boolean;
  const emitting = (name: string, ...values: unknown[]) => {
    if (name !== "close") return emit(name, ...values);
    setTimeout(() => emit(name, false));
    return true;
  };
  socket.emit = emitting as typeof socket.emit;
  return path ? socket.connect(path) : socket.connect(port, host);
}

type SetImmediate = (callback: (...args: unknown[]) => void, ...args: unknown[]) => unknown;

/**
 * postgres.js writes small messages in the next turn of the event loop, though its socket may be gone
 * by then: that would end the process (github.com/porsager/postgres/issues/1154, 1208). Its
 * connection has ended with the socket, and its pool rejects what was asked. Each `nextWrite` is one
 * connection's own; null says that none is called off.
 */
function surviveLateWrites(): void {
  const scope = globalThis as unknown as { setImmediate: SetImmediate };
  const { setImmediate } = scope;
  if (setImmediate.name === "surviving") return;
  const waiting = new Set<() => void>();
  scope.setImmediate = function surviving(callback, ...args) {
    if (callback.name !== "nextWrite") return setImmediate(callback, ...args);
    if (waiting.has(callback)) return null;
    waiting.add(callback);
    setImmediate(() => {
      waiting.delete(callback);
      try {
        callback();
      } catch {
        // The socket is gone; or a larger message took along what there was to write.
      }
    });
    return null;
  };
}
