/**
 * In-memory cache of the models that serve, by alias or by version. An alias is looked up first;
 * the version it points to is in memory once, whatever asks for it.
 */
import type { UserSlices } from "../../model/artifact/user_slices.ts";
import type { Model } from "../../model/model.ts";
import { type Registry, RegistryMissingError } from "../registry.ts";
import { aliasLookup } from "./alias_lookup.ts";
import type { Background, Part, VersionPart } from "./load_version.ts";
import type { StoredRows } from "./stored_rows.ts";
import { type Fetched, PolledVersion, type VersionSource } from "./polled_version.ts";
import { versionCache, type VersionCacheOptions } from "./version_cache.ts";

/** A loaded model that serves. */
export interface ServedModel {
  version: string;
  model: Model;
  /** Histories loaded on demand, if the users are not in memory. */
  slices?: UserSlices;
  /** Rows behind the histories; absent without users, and before version 3 of the format. */
  rows?: StoredRows;
  /**
   * The last look-up or load failed: the last good model, possibly no longer the champion, or with
   * files that were rewritten since.
   */
  stale: boolean;
}

export interface ModelCache {
  /**
   * Returns the champion of a model, or null if there is none. Concurrent callers share one load.
   * @param part "public" leaves out the users; the two parts are cached separately.
   * @param background receives work that continues after the call; required without timers.
   * @throws the error of the registry or the load, if no good model is loaded.
   */
  champion(name: string, part?: Part, background?: Background): Promise<ServedModel | null>;
  /**
   * Returns a version of a model, whatever the aliases say. It stays in memory when another version
   * becomes the champion, as long as requests ask for it.
   * @throws {RegistryMissingError} if it does not exist, or no longer.
   * @throws the error of the registry or the load, if the version is not loaded.
   */
  version(key: VersionPart, background?: Background): Promise<ServedModel>;
  /**
   * Checks at once whether the files of a model's versions in memory were rewritten, as erasing a
   * user does, and reloads those.
   */
  renew(name: string, background?: Background): Promise<void>;
  /** Looks up the champion at the next request, which waits for it. Loaded versions stay. */
  aliasMoved(name: string): void;
  /** Drops a model from the cache: the next request loads it again. */
  forget(name: string): void;
  /** Returns the memory used by the loaded models, in bytes. */
  bytes(): number;
  /** Stops polling and drops all models. */
  close(): void;
}

export interface ModelCacheOptions
  extends Pick<VersionCacheOptions, "dropFirst" | "mostBytes" | "near" | "sliceUsers"> {
  /** Limit in bytes (1 GiB), as that of `VersionCacheOptions`. */
  bytes?: number;
  /** Interval of champion look-ups, in ms (2,000). */
  pollMs?: number;
  /** Time without requests after which a model is no longer polled, though kept, in ms (60,000). */
  idleMs?: number;
  /**
   * False if nothing outlives a request, as on Workers: then requests themselves poll the champion
   * in their `background`.
   */
  timers?: boolean;
  /** Clock, in ms. */
  now?: () => number;
}

/** Number of look-ups after which the manifest is read again. */
const LOOKUPS_A_READ = 5;

/** Without timers a load dies with its request: time after which others stop waiting, in ms. */
const LOST_MS = 15_000;

/** A model's champion, or one of its versions. */
interface Subject {
  name: string;
  part: Part;
  /** The champion if undefined. */
  version?: string;
}

/** Creates a cache over a registry. */
export function modelCache(registry: Registry, options: ModelCacheOptions = {}): ModelCache {
  const { pollMs = 2_000, idleMs = 60_000, timers = true, now = Date.now } = options;
  const lostMs = timers ? Infinity : LOST_MS;
  const versions = versionCache(registry, {
    ...{ ...options, bytes: options.bytes ?? 2 ** 30 },
    ...{ rereadMs: LOOKUPS_A_READ * pollMs, lostMs, now },
  });
  // The two parts of a champion, polled separately, share a look-up.
  const aliases = aliasLookup(registry, { ms: pollMs / 2, lostMs, now });
  const served = new Map<string, { subject: Subject; polled: PolledVersion }>();
  let isClosed = false;

  function polledOf(subject: Subject): PolledVersion {
    if (isClosed) throw new Error("The model cache is closed.");
    const key = keyOf(subject);
    const known = served.get(key);
    if (known) return known.polled;
    removeWhere(({ polled }) => !polled.held && !polled.isPolling);
    const source = subject.version === undefined
      ? championSource(subject)
      : versionSource({ ...subject, version: subject.version });
    const polled = new PolledVersion(source, { pollMs, idleMs, timers, lostMs, now });
    served.set(key, { subject, polled });
    return polled;
  }

  function championSource({ name, part }: Subject): VersionSource {
    return {
      held: (version) => versions.get({ name, version, part }),
      async fetch(serving, background) {
        const { version, stale } = await aliases.of(name, "champion");
        const before = serving !== undefined && serving !== version &&
            !isAskedFor({ name, version: serving, part })
          ? serving
          : undefined;
        const loaded = version === null ? null : await versions
          .fetch({ name, version, part }, { background, replaces: before })
          .catch((error) => {
            // Another version may have taken its place.
            aliases.expire(name);
            throw error;
          });
        if (before !== undefined) versions.drop({ name, version: before, part });
        return loaded && { loaded, stale };
      },
    };
  }

  function versionSource(key: VersionPart): VersionSource {
    return {
      held: () => versions.get(key),
      async fetch(_, background) {
        try {
          return { loaded: await versions.fetch(key, { background }), stale: false };
        } catch (error) {
          // A version that was deleted serves no longer.
          if (error instanceof RegistryMissingError) versions.drop(key);
          throw error;
        }
      },
    };
  }

  /** Whether requests ask for a version, not only for the champion. */
  function isAskedFor(key: VersionPart): boolean {
    const direct = served.get(keyOf(key));
    return direct !== undefined && !direct.polled.isIdle;
  }

  async function serve(subject: Subject, background: Background): Promise<ServedModel | null> {
    const fetched = await polledOf(subject).current(background);
    if (!fetched) return null;
    versions.use({ ...subject, version: fetched.loaded.version });
    return servedModel(fetched);
  }

  function removeWhere(
    isMeant: (entry: { subject: Subject; polled: PolledVersion }) => boolean,
  ): void {
    for (const [key, entry] of [...served]) {
      if (!isMeant(entry)) continue;
      entry.polled.stop();
      served.delete(key);
    }
  }

  return {
    champion: async (name, part = "all", background = () => {}) =>
      await serve({ name, part }, background),

    version: async (key, background = () => {}) => (await serve(key, background))!,

    async renew(name, background = () => {}) {
      const ofModel = [...served.values()].filter(({ subject }) => subject.name === name);
      for (const { polled } of ofModel) await polled.settled();
      aliases.expire(name);
      versions.expire(name);
      for (const { polled } of ofModel) await polled.poll(background);
    },

    aliasMoved(name) {
      aliases.expire(name);
      for (const { subject, polled } of served.values()) {
        if (subject.name === name && subject.version === undefined) polled.expire();
      }
    },

    forget(name) {
      removeWhere(({ subject }) => subject.name === name);
      aliases.forget(name);
      versions.forget(name);
    },

    bytes: versions.bytes,

    close() {
      isClosed = true;
      removeWhere(() => true);
      versions.clear();
    },
  };
}

function keyOf({ name, part, version }: Subject): string {
  return version === undefined ? `${part} champion ${name}` : `${part} version ${version} ${name}`;
}

function servedModel({ loaded, stale }: Fetched): ServedModel {
  const { version, model, slices, rows } = loaded;
  return { version, model, ...(slices && { slices }), ...(rows && { rows }), stale };
}
