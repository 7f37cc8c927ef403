/** Deno's caches for processes that a test suspends. */
import { ownCache as cacheIn } from "../../worker-trainer/queue/own_cache.ts";

export interface OwnCache extends AsyncDisposable {
  /** Environment of the processes that use the caches. */
  env: Record<string, string>;
}

/** Creates the caches of the trainer's suspended searches, removed at the end of the scope. */
export async function ownCache(): Promise<OwnCache> {
  const folder = await Deno.makeTempDir({ prefix: "airec-cache-" });
  return {
    env: await cacheIn(folder),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
