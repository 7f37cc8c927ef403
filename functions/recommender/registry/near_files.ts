import { wholeOf } from "../blobs/whole.ts";
import type { NearFiles } from "./cache.ts";

/** A name that no server has: what is kept is ours alone. */
const BASE = "https://airec.invalid/files/";
/** A file is what its hash says for ever; a year is what caches take for that. */
const FOR_EVER = "public, max-age=31536000, immutable";

/** Files in a cache as service workers have it, and Workers in each of Cloudflare's places. */
export function nearFiles(cache: Pick<Cache, "match" | "put">): NearFiles {
  return {
    async read(sha256) {
      const kept = await cache.match(BASE + sha256).catch(() => undefined);
      if (!kept) return null;
      const bytes = kept.headers.get("content-length");
      return bytes && kept.body
        ? await wholeOf({ bytes: Number(bytes), stream: kept.body })
        : await kept.bytes();
    },
    async keep(sha256, open) {
      const headers = { "cache-control": FOR_EVER };
      await cache.put(BASE + sha256, new Response(await open() as BodyInit, { headers }));
    },
  };
}
