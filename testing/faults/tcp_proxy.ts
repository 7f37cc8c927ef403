/** TCP proxy on loopback whose connections can be closed or silenced. */

export interface TcpProxy extends Disposable {
  /** URL of the server through the proxy. */
  url: string;
  /** Closes every connection. */
  cut(): void;
  /** Drops all further bytes of the open connections, in both directions, without closing them. */
  silence(): void;
  /** Whether new connections are accepted but never answered. */
  silenceNew(silent: boolean): void;
  /** Number of open connections. */
  open(): number;
  /** Returns the number of connections accepted so far. */
  accepted(): number;
}

interface Pair {
  near: Deno.TcpConn;
  far: Deno.TcpConn | null;
  isSilent: boolean;
}

/** Starts a proxy for the server of a URL. */
export function tcpProxy(url: string): TcpProxy {
  const { hostname, port } = new URL(url);
  const pairs = new Set<Pair>();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let newAreSilent = false;
  let accepted = 0;

  const close = (pair: Pair) => {
    pairs.delete(pair);
    for (const end of [pair.near, pair.far]) {
      try {
        end?.close();
      } catch {
        // Already closed.
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
      // The connection broke.
    }
    // A silenced connection does not report that the server has closed it.
    if (!pair.isSilent || from === pair.near) close(pair);
  };
  (async () => {
    for await (const near of listener) {
      accepted++;
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
    accepted: () => accepted,
    [Symbol.dispose]() {
      listener.close();
      cut();
    },
  };
}
