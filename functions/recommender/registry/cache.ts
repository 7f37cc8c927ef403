/**
 * In-memory cache of the champions. The champion of each model in use is polled in the background;
 * a request waits only for the first load, or after the model was idle.
 */
import type { Blob, Range } from "../blobs/blobs.ts";
import {
  FileMismatchError,
  loadModel,
  MANIFEST,
  MODEL,
  modelBytes,
  ModelTooLargeError,
  sha256Hex,
  USERS,
} from "../model/artifact/artifact.ts";
import type { Model } from "../model/model.ts";
import { placeOf } from "../model/artifact/private_files.ts";
import { openUserSlices, type UserSlices } from "../model/artifact/user_slices.ts";
import { type Registry, RegistryMissingError } from "./registry.ts";

/** A loaded model that serves. */
export interface Champion {
  version: string;
  model: Model;
  /** Histories loaded on demand, if the users are not in memory. */
  slices?: UserSlices;
  /** The last lookup or load failed: the last good model, possibly no longer the champion. */
  stale: boolean;
}

export interface ModelCache {
  /**
   * Returns the champion of a model, or null if there is none. Concurrent callers share one load.
   * @param part "public" leaves out the users; the two parts are cached separately.
   * @param background receives work that continues after the call; required without timers.
   * @throws the error of the registry or the load, if no good model is loaded.
   */
  champion(
    name: string,
    part?: "public" | "all",
    background?: Background,
  ): Promise<Champion | null>;
  /**
   * Checks at once whether the files of a model's champion were rewritten, as erasing a user does,
   * and reloads them.
   */
  renew(name: string, background?: Background): Promise<void>;
  /** Drops a model from the cache: the next request loads it again. */
  forget(name: string): void;
  /** Returns the memory used by the loaded models, in bytes. */
  bytes(): number;
  /** Stops polling and drops all models. */
  close(): void;
}

/** Receives work that continues after the response, such as `waitUntil` of Workers. */
type Background = (work: Promise<void>) => void;

export interface ModelCacheOptions {
  /**
   * Limit in bytes (1 GiB) above which the least recently used models are dropped; the last one
   * loaded stays.
   */
  bytes?: number;
  /** Interval of champion lookups, in ms (2,000). */
  pollMs?: number;
  /** Time without requests after which a model is no longer polled, though kept, in ms (60,000). */
  idleMs?: number;
  /**
   * Before a load, drop the other models and the old version that would not fit into `bytes`
   * together with the new one. Requests wait for the load, and nothing is left to serve if it
   * fails.
   */
  dropFirst?: boolean;
  /** Larger models are refused with a ModelTooLargeError before they are read, in bytes. */
  mostBytes?: number;
  /** Leave users' histories in the registry and read them on demand. */
  sliceUsers?: boolean;
  /** Cache of public files that is closer than the registry. */
  near?: NearFiles;
  /**
   * False if nothing outlives a request, as on Workers: then requests themselves poll the champion
   * in their `background`.
   */
  timers?: boolean;
  /** Clock, in ms. */
  now?: () => number;
}

/** Cache of files by SHA-256, closer than the registry. Entries may be evicted at any time. */
export interface NearFiles {
  /** Returns the bytes, or null if they are not cached. */
  read(sha256: string): Promise<Uint8Array | null>;
  /** Stores a file. */
  keep(sha256: string, open: () => Promise<ReadableStream<Uint8Array>>): Promise<void>;
}

interface Loaded {
  version: string;
  /** SHA-256 of the manifest file. */
  sha256: string;
  model: Model;
  slices?: UserSlices;
  bytes: number;
}

interface Entry {
  name: string;
  part: "public" | "all";
  loaded?: Loaded;
  stale: boolean;
  /** The lookup or load in progress. */
  refreshing?: { done: Promise<void>; since: number };
  timer?: ReturnType<typeof setTimeout>;
  usedAt: number;
  checkedAt: number;
  /** Time the manifest was last read. */
  readAt: number;
}

/** The manifest is read again every so many lookups. */
const LOOKUPS_A_READ = 5;

/** Time a request to an idle model waits for its lookup before it uses the loaded one, in ms. */
const PATIENCE_MS = 1_000;

/** Without timers a load dies with its request: time after which others stop waiting, in ms. */
const LOST_MS = 15_000;

/** Creates a cache over a registry. */
export function modelCache(registry: Registry, options: ModelCacheOptions = {}): ModelCache {
  const { bytes: room = 2 ** 30, pollMs = 2_000, idleMs = 60_000 } = options;
  const { dropFirst = false, mostBytes = Infinity, sliceUsers = false, near } = options;
  const { timers = true, now = Date.now } = options;
  /** From least to most recently used. */
  const entries = new Map<string, Entry>();
  let closed = false;

  /** Looks up the champion and loads it if it changed. */
  async function refresh(entry: Entry, background: Background): Promise<void> {
    const { name, part } = entry;
    const version = await registry.alias(name, "champion");
    if (version === null) {
      entry.loaded = undefined;
    } else if (version !== entry.loaded?.version) {
      if (dropFirst || mostBytes < Infinity) await makeRoom(entry, version);
      entry.loaded = await load(name, version, { part, background });
      entry.readAt = now();
      shrink(entry);
    } else if (now() - entry.readAt >= LOOKUPS_A_READ * pollMs) {
      const { model, sha256 } = entry.loaded;
      if (await sha256Hex(await registry.read(name, version, MANIFEST)) !== sha256) {
        entry.loaded = await load(name, version, { part, background, known: model });
        shrink(entry);
      }
      entry.readAt = now();
    }
    entry.stale = false;
  }

  /**
   * Checks the size of a version's public part and drops models that would not fit next to it.
   * @throws {ModelTooLargeError} if it exceeds `mostBytes`; all loaded models stay.
   */
  async function makeRoom(entry: Entry, version: string): Promise<void> {
    const file = await registry.open(entry.name, version, MODEL);
    await file.stream.cancel();
    if (file.bytes > mostBytes) {
      throw new ModelTooLargeError({ bytes: file.bytes, most: mostBytes });
    }
    if (!dropFirst) return;
    if ((entry.loaded?.bytes ?? 0) + file.bytes > room) entry.loaded = undefined;
    shrink(entry, { to: room - file.bytes });
  }

  /**
   * Loads a version; public files come from the nearby cache if present.
   * @param options.known a model whose public part is reused if it is the same.
   */
  async function load(
    name: string,
    version: string,
    { part, background, known }: {
      part: "public" | "all";
      background: Background;
      known?: Model;
    },
  ): Promise<Loaded> {
    const open = async (path: string, range?: Range) =>
      (await registry.open(name, version, path, range)).stream;
    const far = new Map<string, string>();
    let manifest: Uint8Array = new Uint8Array();
    const readBy = (near?: NearFiles) => async (path: string, sha256?: string) => {
      // User histories have no hash here and are never cached: an erased user must be gone
      // everywhere.
      const kept = sha256 && await near?.read(sha256);
      if (kept) return kept;
      if (sha256) far.set(path, sha256);
      const bytes = await registry.read(name, version, path);
      if (path === MANIFEST) manifest = bytes;
      return bytes;
    };
    const loaded = await parsed({ read: readBy(near), open }, { part, known }).catch((error) => {
      if (!isOutdated(error)) throw error;
      // The cached bytes may be wrong, or the files were rewritten meanwhile.
      return parsed({ read: readBy(), open }, { part, known });
    });
    // Fill the nearby cache in the background.
    for (const [path, sha256] of far) {
      if (near) background(near.keep(sha256, () => open(path)).catch(() => {}));
    }
    return { version, sha256: await sha256Hex(manifest), ...loaded };
  }

  /** Parses a model from its files, with users in slices if configured and supported. */
  async function parsed(
    { read, open }: {
      read: Parameters<typeof loadModel>[0];
      open: (path: string, range: Range) => Promise<Blob["stream"]>;
    },
    { part, known }: { part: "public" | "all"; known?: Model },
  ): Promise<Omit<Loaded, "version" | "sha256">> {
    const model = await loadModel(read, sliceUsers ? "public" : part, { known });
    if (!sliceUsers || part === "public" || placeOf(model.manifest, USERS) === undefined) {
      return { model, bytes: modelBytes(model) };
    }
    const slices = await openUserSlices(
      model.manifest,
      async (path, range) => await new Response(await open(path, range)).bytes(),
      { beside: modelBytes(model), most: mostBytes },
    );
    if (slices) return { model, slices, bytes: modelBytes(model) + slices.bytes };
    const all = await loadModel(read, "all", { known: model });
    return { model: all, bytes: modelBytes(all) };
  }

  /** Refreshes once for all concurrent callers. On failure a loaded model stays, marked stale. */
  function refreshed(entry: Entry, background: Background = () => {}): Promise<void> {
    const { refreshing } = entry;
    if (refreshing && (timers || now() - refreshing.since < LOST_MS)) return refreshing.done;
    const done = refresh(entry, background)
      .catch((error) => {
        if (!entry.loaded) throw error;
        entry.stale = true;
      })
      .finally(() => {
        if (entry.refreshing?.done === done) entry.refreshing = undefined;
        entry.checkedAt = now();
        follow(entry);
      });
    entry.refreshing = { done, since: now() };
    return done;
  }

  /** Schedules the next lookup, as long as the model is in use. */
  function follow(entry: Entry): void {
    clearTimeout(entry.timer);
    if (!timers || closed || !entry.loaded || entries.get(keyOf(entry)) !== entry) return;
    if (now() - entry.usedAt > idleMs) return;
    // A failure without a loaded model is reported to the next request.
    entry.timer = setTimeout(() => refreshed(entry).catch(() => {}), pollMs);
  }

  function drop(entry: Entry): void {
    clearTimeout(entry.timer);
    if (entries.get(keyOf(entry)) === entry) entries.delete(keyOf(entry));
  }

  function bytes(): number {
    return entries.values().reduce((sum, { loaded }) => sum + (loaded?.bytes ?? 0), 0);
  }

  function shrink(keep: Entry, { to = room } = {}): void {
    for (const entry of [...entries.values()]) {
      if (bytes() <= to) return;
      if (entry !== keep && entry.loaded) drop(entry);
    }
  }

  /** Returns the entry, marked as most recently used. */
  function used(name: string, part: "public" | "all"): Entry {
    const key = keyOf({ name, part });
    const never = { usedAt: 0, checkedAt: -Infinity, readAt: -Infinity };
    const entry = entries.get(key) ?? { name, part, stale: false, ...never };
    entry.usedAt = now();
    entries.delete(key);
    entries.set(key, entry);
    return entry;
  }

  return {
    bytes,

    async champion(name, part = "all", background = () => {}) {
      if (closed) throw new Error("The model cache is closed: it serves no more.");
      const entry = used(name, part);
      try {
        const age = now() - entry.checkedAt;
        if (!entry.loaded || age > 2 * pollMs || (!timers && age > pollMs)) {
          const done = refreshed(entry, background);
          background(done.catch(() => {}));
          if (!entry.loaded) await done;
          else if (age > 2 * pollMs) await settledWithin(done, PATIENCE_MS);
        }
        if (!entry.loaded) return null;
        const { version, model, slices } = entry.loaded;
        return { version, model, ...(slices && { slices }), stale: entry.stale };
      } finally {
        if (!entry.loaded) drop(entry);
      }
    },

    async renew(name, background = () => {}) {
      for (const entry of [...entries.values()].filter((entry) => entry.name === name)) {
        // A refresh in progress may have read the old manifest.
        if (entry.refreshing) await settledWithin(entry.refreshing.done, PATIENCE_MS);
        entry.readAt = -Infinity;
        await refreshed(entry, background);
      }
    },

    forget(name) {
      for (const entry of [...entries.values()]) if (entry.name === name) drop(entry);
    },

    close() {
      closed = true;
      for (const entry of [...entries.values()]) drop(entry);
    },
  };
}

/** Whether the error means that files no longer match a manifest read earlier. */
export function isOutdated(error: unknown): boolean {
  return error instanceof FileMismatchError || error instanceof RegistryMissingError;
}

function keyOf({ name, part }: { name: string; part: string }): string {
  return `${part} ${name}`;
}

/** Waits for a promise at most `ms`; ignores its rejection, which is handled elsewhere. */
async function settledWithin(promise: Promise<void>, ms: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<void>((resolve) => timer = setTimeout(resolve, ms));
  await Promise.race([promise.catch(() => {}), patience]);
  clearTimeout(timer);
}
