import { wholeOf } from "../../blobs/whole.ts";

/** Cache of files by SHA-256, closer than the registry. Entries may be evicted at any time. */
export interface NearFiles {
  /** Returns the bytes, or null if they are not cached. */
  read(sha256: string): Promise<Uint8Array | null>;
  /** Stores a file. */
  keep(sha256: string, open: () => Promise<ReadableStream<Uint8Array>>): Promise<void>;
}

/** URL prefix in a reserved domain, so entries cannot collide with those of a real server. */
const BASE = "https://airec.invalid/files/";
/** Files are immutable under their hash; one year is the conventional maximum age. */
const FOR_EVER = "public, max-age=31536000, immutable";

/** Files in a service worker `Cache`; on Workers, one per Cloudflare location. */
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
