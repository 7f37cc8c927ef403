/**
 * The models that serve, in memory. For each model in use the champion is looked up again and again
 * in the background; a request waits only for the first load, or after the model lay idle.
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
} from "../model/artifact.ts";
import type { Model } from "../model/model.ts";
import { placeOf } from "../model/private_files.ts";
import { openUserSlices, type UserSlices } from "../model/user_slices.ts";
import { type Registry, RegistryMissingError } from "./registry.ts";

/** A model that serves. */
export interface Champion {
  version: string;
  model: Model;
  /** Where the model has no users in memory: those that are asked for. */
  slices?: UserSlices;
  /**
   * The registry could not be asked just now, or the version it names could not be loaded: this is
   * the last good model, and perhaps no longer the champion.
   */
  stale: boolean;
}

/** What `modelCache` gives. */
export interface ModelCache {
  /**
   * The champion of a model, null where it has none. Callers in parallel share one load.
   * @param part "public" leaves the users out; the two parts are cached apart.
   * @param background takes the work that goes on when the champion is given; needed without timers.
   * @throws the registry's error, or the load's, where there is no good model to serve.
   */
  champion(
    name: string,
    part?: "public" | "all",
    background?: Background,
  ): Promise<Champion | null>;
  /**
   * Looks at once whether the files of a model's champion were rewritten, as they are when somebody is
   * erased; then it is loaded anew.
   */
  renew(name: string, background?: Background): Promise<void>;
  /** Drops a model, removed or not: the next request loads it again. */
  forget(name: string): void;
  /** Bytes that the loaded models occupy. */
  bytes(): number;
  /** Ends the background; nothing runs on. */
  close(): void;
}

/** Takes work that goes on when an answer is given. */
type Background = (work: Promise<void>) => void;

export interface ModelCacheOptions {
  /** Beyond this (1 GiB) the least recently used models are dropped; the last one loaded stays. */
  bytes?: number;
  /** How often the champion is looked up (2,000). */
  pollMs?: number;
  /** A model that nobody asked for during this time (60,000) is no longer looked up, though kept. */
  idleMs?: number;
  /**
   * Drop what a model cannot lie beside within `bytes` before it is loaded, other models and its old
   * version: requests wait for the load, and nothing is left to serve if it fails.
   */
  dropFirst?: boolean;
  /** A model that takes more is refused by a ModelTooLargeError, before it is read. */
  mostBytes?: number;
  /** Leave the users' histories in the registry, and read those that are asked for. */
  sliceUsers?: boolean;
  /** Where public files are kept nearer than the registry is. */
  near?: NearFiles;
  /**
   * False where nothing outlives a request by itself, as on Workers: the requests themselves look
   * the champion up again, in their `background`.
   */
  timers?: boolean;
  /** Milliseconds. */
  now?: () => number;
}

/** Files by their SHA-256, nearer than the registry: they may be gone at any time. */
export interface NearFiles {
  /** The bytes, or null where they are not here. */
  read(sha256: string): Promise<Uint8Array | null>;
  /** Keeps a file for later. */
  keep(sha256: string, open: () => Promise<ReadableStream<Uint8Array>>): Promise<void>;
}

interface Loaded {
  version: string;
  /** Of the manifest's file. */
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
  /** The look-up or load that is under way. */
  refreshing?: { done: Promise<void>; since: number };
  timer?: ReturnType<typeof setTimeout>;
  usedAt: number;
  checkedAt: number;
  /** When the manifest was last read. */
  readAt: number;
}

/** The manifest is read again at every so many look-ups. */
const LOOKUPS_A_READ = 5;

/** How long a request waits for the look-up of a model that lay idle before it takes what is there. */
const PATIENCE_MS = 1_000;

/** Without timers a load dies with its request; after so long others no longer wait for it. */
const LOST_MS = 15_000;

/** Opens a cache over a registry. */
export function modelCache(registry: Registry, options: ModelCacheOptions = {}): ModelCache {
  const { bytes: room = 2 ** 30, pollMs = 2_000, idleMs = 60_000 } = options;
  const { dropFirst = false, mostBytes = Infinity, sliceUsers = false, near } = options;
  const { timers = true, now = Date.now } = options;
  /** From least to most recently used. */
  const entries = new Map<string, Entry>();
  let closed = false;

  /** Looks the champion up and loads it where it is new. */
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
   * Sees by the size of its public part whether a version may be loaded, and drops what it cannot
   * lie beside.
   * @throws {ModelTooLargeError} where it may not: all that is loaded stays.
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
   * Loads a version, its public files from near by where they are kept there.
   * @param options.known a model whose public part is used where it is the same.
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
      // Who had what has no hash here, and is kept nowhere else: it is to be gone when it is erased.
      const kept = sha256 && await near?.read(sha256);
      if (kept) return kept;
      if (sha256) far.set(path, sha256);
      const bytes = await registry.read(name, version, path);
      if (path === MANIFEST) manifest = bytes;
      return bytes;
    };
    const loaded = await parsed({ read: readBy(near), open }, { part, known }).catch((error) => {
      if (!isOutdated(error)) throw error;
      // What was kept may be wrong, or the files were rewritten meanwhile.
      return parsed({ read: readBy(), open }, { part, known });
    });
    // For those who come after, and behind what is waited for.
    for (const [path, sha256] of far) {
      if (near) background(near.keep(sha256, () => open(path)).catch(() => {}));
    }
    return { version, sha256: await sha256Hex(manifest), ...loaded };
  }

  /** A model out of its files, with its users in slices where that is wished for and can be. */
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

  /** Refreshes once for all who ask meanwhile; where a good model is loaded it serves on, stale. */
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

  /** Looks up again after a while, as long as the model is in use. */
  function follow(entry: Entry): void {
    clearTimeout(entry.timer);
    if (!timers || closed || !entry.loaded || entries.get(keyOf(entry)) !== entry) return;
    if (now() - entry.usedAt > idleMs) return;
    // A failure with nothing left to serve is the next request's to meet.
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

  /** The entry, marked as used last. */
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
        // One that is under way may have read the manifest before.
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

/** Whether files are no longer those that a manifest read before names. */
export function isOutdated(error: unknown): boolean {
  return error instanceof FileMismatchError || error instanceof RegistryMissingError;
}

function keyOf({ name, part }: { name: string; part: string }): string {
  return `${part} ${name}`;
}

/** Waits for a promise, but no longer than given; its failure is met elsewhere. */
async function settledWithin(promise: Promise<void>, ms: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<void>((resolve) => timer = setTimeout(resolve, ms));
  await Promise.race([promise.catch(() => {}), patience]);
  clearTimeout(timer);
}
