/** A way over loopback to a server, on which connections break or fall silent when they are told to. */

export interface TcpProxy extends Disposable {
  /** The server's URL by this way. */
  url: string;
  /** Closes every connection. */
  cut(): void;
  /** From now on swallows the bytes of every open connection, both ways, and closes none. */
  silence(): void;
  /** Whether new connections are silent from their beginning: accepted, and never answered. */
  silenceNew(silent: boolean): void;
  /** How many connections are open. */
  open(): number;
}

interface Pair {
  near: Deno.TcpConn;
  far: Deno.TcpConn | null;
  isSilent: boolean;
}

/** Listens before the server of a URL. */
export function tcpProxy(url: string): TcpProxy {
  const { hostname, port } = new URL(url);
  const pairs = new Set<Pair>();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let newAreSilent = false;

  const close = (pair: Pair) => {
    pairs.delete(pair);
    for (const end of [pair.near, pair.far]) {
      try {
        end?.close();
      } catch {
        // It has ended already.
      }
    }
  };
  const pump = async (pair: Pair, from: Deno.TcpConn, to: Deno.TcpConn | null) => {
    const buffer = new Uint8Array(64 * 1024);
    try {
      for (let read; (read = await from.read(buffer)) !== null;) {
        for (let at = 0; at < read && to && !pair.isSilent;) {
          at += await to.write(buffer.subarray(at, read));
        }
      }
    } catch {
      // Broken off.
    }
    // A connection whose other side went silent hears nothing of its end either.
    if (!pair.isSilent || from === pair.near) close(pair);
  };
  (async () => {
    for await (const near of listener) {
      const pair: Pair = { near, far: null, isSilent: newAreSilent };
      pairs.add(pair);
      if (pair.isSilent) {
        pump(pair, near, null);
        continue;
      }
      try {
        pair.far = await Deno.connect({ hostname, port: Number(port) });
      } catch {
        close(pair);
        continue;
      }
      if (!pairs.has(pair)) close(pair);
      pump(pair, near, pair.far);
      pump(pair, pair.far, near);
    }
  })();

  const through = new URL(url);
  through.hostname = "127.0.0.1";
  through.port = String((listener.addr as Deno.NetAddr).port);
  const cut = () => {
    for (const pair of [...pairs]) close(pair);
  };
  return {
    url: through.href,
    cut,
    silence() {
      for (const pair of pairs) pair.isSilent = true;
    },
    silenceNew(silent) {
      newAreSilent = silent;
    },
    open: () => pairs.size,
    [Symbol.dispose]() {
      listener.close();
      cut();
    },
  };
}
