/** Deno's caches for processes that a test suspends. */

export interface OwnCache extends AsyncDisposable {
  /** Environment of the processes that use the caches. */
  env: { DENO_DIR: string };
}

/**
 * Creates a folder for Deno's caches, removed at the end of the scope. A suspended process may hold
 * the lock of a cache, which are SQLite files; each start of Deno that shares them then waits for
 * 5 seconds a module.
 */
export async function ownCache(): Promise<OwnCache> {
  const folder = await Deno.makeTempDir({ prefix: "airec-cache-" });
  return {
    env: { DENO_DIR: folder },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
