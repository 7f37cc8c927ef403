/** Free ports for processes started by tests and by `task dev`. */

/**
 * Below the ephemeral range (from 32,768 on Linux; RFC 6335: from 49,152), so that no outgoing
 * connection takes the port between choice and use.
 */
const FIRST = 15_000;
const LAST = 31_999;

const given = new Set<number>();

/** Returns a random free port; never the same twice in a process. */
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

/** Whether a port is free on loopback. */
export function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    throw error;
  }
}
