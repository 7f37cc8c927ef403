/**
 * How every process opens its connections to Postgres on Deno: so that they outlive their server's
 * restarts, which postgres.js 3.4.9 alone does not.
 */
import { Socket } from "node:net";
import postgres, { type Sql } from "postgres";
import { texts } from "./texts.ts";

/** A pool of ten, and where a connection was lost in a bad moment another pool in its place. */
export function openDatabase(url: string): Sql {
  surviveLateWrites();
  let pool = open(url);
  const listening: Parameters<Sql["listen"]>[] = [];
  const renew = () => {
    const old = pool;
    pool = open(url);
    // Whoever waits for one of its answers hears that the connection is gone.
    old.end({ timeout: 0 }).catch(() => {});
    for (const channel of listening) pool.listen(...channel).catch(() => {});
  };
  pools.add(renew);
  const own: Partial<Sql> = {
    async listen(...channel) {
      const heard = await pool.listen(...channel);
      listening.push(channel);
      return heard;
    },
    end(options) {
      pools.delete(renew);
      return pool.end(options);
    },
  };
  return new Proxy(pool, {
    apply: (_first, self, asked) => Reflect.apply(pool, self, asked),
    get: (_first, name) => Reflect.get(name in own ? own : pool, name),
  });
}

/** What gives each open database another pool. */
const pools = new Set<() => void>();

function open(url: string): Sql {
  return postgres(url, {
    max: 10,
    connect_timeout: 10,
    backoff: () => 0.1,
    // Asking for them first costs a round trip, and the process where a connection breaks meanwhile.
    fetch_types: false,
    types: { texts },
    onnotice: () => {},
    socket,
  } as Options);
}

type Options = NonNullable<Parameters<typeof postgres>[1]>;

interface Address {
  path?: string | false;
  host: string[];
  port: number[];
}

/**
 * A socket on its way to the server. It says that it closed a turn of the event loop later, when a
 * transaction that has just begun listens for that; and never that it closed by an error, for then
 * postgres.js forgets what was asked since the error, and whoever waits for it waits for ever.
 */
function socket({ path, host: [host], port: [port] }: Address): Socket {
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
 * by then: that would end the process, or leave a connection that never writes again
 * (github.com/porsager/postgres/issues/1154, 1208). What such a connection believes of its queries is
 * not to be trusted either, so that all of the pool goes. Each `nextWrite` is one connection's own;
 * null says that none is called off.
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
      } catch (error) {
        // A larger message took along what there was to write.
        if ((error as { code?: string }).code === "ERR_STREAM_NULL_VALUES") return;
        for (const renew of pools) renew();
      }
    });
    return null;
  };
}
