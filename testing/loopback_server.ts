/** HTTP server on loopback for a test, stopped at the end of the scope. */
export interface LoopbackServer extends AsyncDisposable {
  /** Without a trailing slash. */
  url: string;
}

/** Serves requests on a free loopback port. */
export function loopbackServer(handle: (request: Request) => Response | Promise<Response>) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handle);
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  } satisfies LoopbackServer;
}
