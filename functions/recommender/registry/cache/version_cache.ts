/**
 * Versions of models in memory, keyed by model, version and part. Aliases are none of its concern:
 * two versions of one model are two entries.
 */
import { MODEL, ModelTooLargeError } from "../../model/artifact/artifact.ts";
import type { Registry } from "../registry.ts";
import {
  type Background,
  isRewritten,
  type LoadedVersion,
  type LoadOptions,
  loadVersion,
  type VersionPart,
} from "./load_version.ts";
import { SingleFlight } from "./single_flight.ts";

export interface VersionCache {
  /** Returns a version if it is in memory. */
  get(key: VersionPart): LoadedVersion | undefined;
  /** Returns a version if it is in memory, and marks it as most recently used. */
  use(key: VersionPart): LoadedVersion | undefined;
  /**
   * Returns a version as it is in the registry: loads it if it is not in memory, or if its files
   * were rewritten since, which is checked every `rereadMs`. Concurrent callers share one load.
   * @param options.replaces version that is dropped as soon as this one is loaded, or before if
   * there is no memory for both.
   * @throws the error of the registry or the load; a version in memory stays.
   */
  fetch(
    key: VersionPart,
    options: { background: Background; replaces?: string },
  ): Promise<LoadedVersion>;
  /** Checks the files of a model's versions again at their next `fetch`. */
  expire(name: string): void;
  /** Drops a version. */
  drop(key: VersionPart): void;
  /** Drops all versions of a model. */
  forget(name: string): void;
  /** Returns the memory used by the versions, in bytes. */
  bytes(): number;
  /** Drops everything. */
  clear(): void;
}

export interface VersionCacheOptions extends LoadOptions {
  /**
   * Limit in bytes above which the least recently used versions are dropped; the last one loaded
   * stays.
   */
  bytes: number;
  /**
   * Before a load, drop the other versions that would not fit into `bytes` together with the new
   * one. Requests wait for the load, and nothing is left to serve if it fails.
   */
  dropFirst?: boolean;
  /** Larger models are refused with a ModelTooLargeError before they are read, in bytes. */
  mostBytes?: number;
  /** Interval at which the manifest of a version is read again, in ms. */
  rereadMs: number;
  /** Age at which a load in progress counts as lost, in ms. */
  lostMs?: number;
  /** Clock, in ms. */
  now?: () => number;
}

interface Entry extends VersionPart {
  loaded?: LoadedVersion;
  fetching: SingleFlight<LoadedVersion>;
  /** Time the manifest was last read. */
  readAt: number;
}

/** Creates a cache over a registry. */
export function versionCache(
  registry: Pick<Registry, "read" | "open">,
  options: VersionCacheOptions,
): VersionCache {
  const { bytes: room, dropFirst = false, mostBytes = Infinity, rereadMs, lostMs } = options;
  const { now = Date.now, ...load } = options;
  /** From least to most recently used. */
  const entries = new Map<string, Entry>();

  function entryOf({ name, version, part }: VersionPart): Entry {
    const key = keyOf({ name, version, part });
    const fetching = new SingleFlight<LoadedVersion>({ lostMs, now });
    const entry = entries.get(key) ?? { name, version, part, fetching, readAt: -Infinity };
    entries.set(key, entry);
    return entry;
  }

  async function bringUpToDate(
    entry: Entry,
    { background, replaces }: { background: Background; replaces?: Entry },
  ): Promise<LoadedVersion> {
    if (!entry.loaded) {
      if (dropFirst || mostBytes < Infinity) await makeRoom(entry, replaces);
      entry.loaded = await loadVersion(registry, entry, { ...load, background });
      if (replaces) drop(replaces);
      shrink(room, [entry]);
      entry.readAt = now();
    } else if (now() - entry.readAt >= rereadMs) {
      const { model: known } = entry.loaded;
      if (await isRewritten(registry, entry.name, entry.loaded)) {
        entry.loaded = await loadVersion(registry, entry, { ...load, background, known });
        shrink(room, [entry]);
      }
      entry.readAt = now();
    }
    return entry.loaded;
  }

  /**
   * Checks the size of a version's public part and drops versions that would not fit next to it.
   * @throws {ModelTooLargeError} if it exceeds `mostBytes`; all versions stay.
   */
  async function makeRoom(entry: Entry, replaces?: Entry): Promise<void> {
    const file = await registry.open(entry.name, entry.version, MODEL);
    await file.stream.cancel();
    if (file.bytes > mostBytes) {
      throw new ModelTooLargeError({ bytes: file.bytes, most: mostBytes });
    }
    if (!dropFirst) return;
    if (replaces && (replaces.loaded?.bytes ?? 0) + file.bytes > room) drop(replaces);
    shrink(room - file.bytes, replaces ? [entry, replaces] : [entry]);
  }

  function bytes(): number {
    return entries.values().reduce((sum, { loaded }) => sum + (loaded?.bytes ?? 0), 0);
  }

  /** Drops the least recently used versions, but those of `keep`, until the rest has `to` bytes. */
  function shrink(to: number, keep: Entry[]): void {
    for (const entry of [...entries.values()]) {
      if (bytes() <= to) return;
      if (entry.loaded && !keep.includes(entry)) drop(entry);
    }
  }

  function drop(key: VersionPart): void {
    entries.delete(keyOf(key));
  }

  return {
    get: (key) => entries.get(keyOf(key))?.loaded,

    use(key) {
      const entry = entries.get(keyOf(key));
      if (!entry?.loaded) return undefined;
      entries.delete(keyOf(key));
      entries.set(keyOf(key), entry);
      return entry.loaded;
    },

    async fetch(key, { background, replaces: version }) {
      const entry = entryOf(key);
      const replaces = version === undefined || version === key.version
        ? undefined
        : entries.get(keyOf({ ...key, version }));
      try {
        return await entry.fetching.run(() => bringUpToDate(entry, { background, replaces }));
      } finally {
        if (!entry.loaded && !entry.fetching.pending && entries.get(keyOf(key)) === entry) {
          drop(key);
        }
      }
    },

    expire(name) {
      for (const entry of entries.values()) if (entry.name === name) entry.readAt = -Infinity;
    },

    drop,

    forget(name) {
      for (const entry of [...entries.values()]) if (entry.name === name) drop(entry);
    },

    bytes,

    clear: () => entries.clear(),
  };
}

function keyOf({ name, version, part }: VersionPart): string {
  return `${part} ${version} ${name}`;
}
