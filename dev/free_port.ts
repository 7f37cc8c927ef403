/** Ports that nobody listens on, for programs that tests and the system start beside each other. */

/**
 * Below those that systems give to outgoing connections and to whoever asks for any port (from
 * 32,768 on Linux, RFC 6335's 49,152 elsewhere): what is chosen here and bound a moment later is
 * taken by none of them.
 */
const FIRST = 15_000;
const LAST = 31_999;

const given = new Set<number>();

/** A port nobody listens on now, drawn by chance; never the same twice. */
export function freePort(): number {
  const drawn = new Uint32Array(1);
  while (true) {
    const port = FIRST + crypto.getRandomValues(drawn)[0] % (LAST - FIRST + 1);
    if (!given.has(port) && isFree(port)) {
      given.add(port);
      return port;
    }
  }
}

/** Whether nobody listens on a port. */
export function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    throw error;
  }
}
