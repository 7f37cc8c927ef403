/**
 * Opens Postgres on Deno: a connection pool with bounded waits that survives restarts of the
 * server, which postgres.js 3.4.9 alone does not.
 */
import { Socket } from "node:net";
import postgres, { type Sql } from "postgres";
import { type Client, type ClientOptions, databaseError } from "./connection.ts";
import { ANSWER_MS, openPool } from "./connection_pool.ts";
import { texts } from "../texts.ts";

export interface DatabaseOptions {
  /** Time limit of a statement, in ms; by default that of statements a response waits for. */
  limitMs?: number;
  /** Called when a connection was replaced because the server did not respond. */
  silent?: () => void;
}

/** Opens a pool of up to ten connections. */
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

/** A client of one connection that never reconnects. */
export function openClient(url: string, { lost, notified }: ClientOptions): Client {
  const sockets = new Set<Socket>();
  let main: Socket | undefined;
  let isCut = false;
  const sql = postgres(url, {
    max: 1,
    // Less than a statement's limit: no cancel request for a statement that never started.
    connect_timeout: 4,
    // The pool retires connections, between two statements.
    max_lifetime: null,
    // Fetching types costs a round trip, and can crash the process if the connection breaks.
    fetch_types: false,
    types: { texts },
    onnotice: () => {},
    onnotify: notified,
    onclose: lost,
    socket(address: Address) {
      // postgres.js would retry without end against a server that closes each accepted connection.
      if (isCut || main?.destroyed) {
        lost();
        throw databaseError("CONNECTION_CLOSED", "The connection has ended.");
      }
      const socket = openSocket(address);
      sockets.add(socket);
      // While the first socket is open, further ones send cancel requests.
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
 * Opens a socket whose `close` event fires one turn of the event loop later, when a transaction
 * that has just begun listens for it, and never reports an error: after one, postgres.js would
 * forget the statements sent since, which would then never settle.
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
 * Keeps a late write from ending the process: postgres.js writes small messages in the next turn of
 * the event loop, when its socket may already be closed (github.com/porsager/postgres/issues/1154,
 * 1208). The connection has ended with the socket, and the pool rejects its statements. Each
 * `nextWrite` belongs to one connection; null means that no write is cancelled.
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
        // The socket is closed, or a larger message has already included this write.
      }
    });
    return null;
  };
}
