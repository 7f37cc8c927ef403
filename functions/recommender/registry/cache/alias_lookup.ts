/** Short-lived look-ups of aliases, which come before the versions they point to. */
import { type Alias, type Registry, RegistryUnavailableError } from "../registry.ts";
import { SingleFlight } from "./single_flight.ts";

/** The version an alias points to. */
export interface Aliased {
  /** Null if the alias is not set. */
  version: string | null;
  /** The registry is away: the last known version, possibly no longer the alias's. */
  stale: boolean;
}

export interface AliasLookup {
  /**
   * Returns the version of an alias, at most `ms` old. Concurrent callers share one look-up. That
   * an alias is not set is not remembered.
   * @throws the registry's error, or RegistryUnavailableError if no version is known.
   */
  of(name: string, alias: Alias): Promise<Aliased>;
  /** Looks the aliases of a model up again at the next call, as after one of them moved. */
  expire(name: string): void;
  /** Drops a model's aliases, with the last known versions. */
  forget(name: string): void;
}

export interface AliasLookupOptions {
  /** Maximum age of a look-up, in ms. */
  ms: number;
  /** Age at which a look-up in progress counts as lost, in ms. */
  lostMs?: number;
  /** Clock, in ms. */
  now?: () => number;
}

/** Maximum number of models with cached aliases; the least recently used is evicted. */
const MAX_CACHED = 10_000;

interface Entry {
  version?: string;
  lookedAt: number;
  looking: SingleFlight<string | null>;
}

/** Creates look-ups over a registry. */
export function aliasLookup(
  registry: Pick<Registry, "alias">,
  { ms, lostMs, now = Date.now }: AliasLookupOptions,
): AliasLookup {
  /** By alias, of each model; models from least to most recently used. */
  const models = new Map<string, Map<Alias, Entry>>();

  function entryOf(name: string, alias: Alias): Entry {
    const aliases = models.get(name) ?? new Map<Alias, Entry>();
    models.delete(name);
    models.set(name, aliases);
    if (models.size > MAX_CACHED) models.delete(models.keys().next().value!);
    const entry = aliases.get(alias) ??
      { lookedAt: -Infinity, looking: new SingleFlight({ lostMs, now }) };
    aliases.set(alias, entry);
    return entry;
  }

  return {
    async of(name, alias) {
      const entry = entryOf(name, alias);
      const { version: known } = entry;
      if (known !== undefined && now() - entry.lookedAt < ms) {
        return { version: known, stale: false };
      }
      try {
        const version = await entry.looking.run(async (isCurrent) => {
          const version = await registry.alias(name, alias);
          if (isCurrent()) Object.assign(entry, { version: version ?? undefined, lookedAt: now() });
          return version;
        });
        return { version, stale: false };
      } catch (error) {
        if (known === undefined || !(error instanceof RegistryUnavailableError)) throw error;
        return { version: known, stale: true };
      }
    },

    expire(name) {
      for (const entry of models.get(name)?.values() ?? []) {
        entry.lookedAt = -Infinity;
        entry.looking.discard();
      }
    },

    forget: (name) => void models.delete(name),
  };
}
