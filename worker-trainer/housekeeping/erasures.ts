/**
 * Deletes data outside the database that was deleted in it: uploads in the blob store, models and
 * versions in the registry. Each row of `recommender.erasures` is tried independently; after a
 * failure its error is kept and its delay grows. Untried rows come first.
 */
import type { Sql } from "postgres";
import { deadline } from "@std/async/deadline";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import type { Registry } from "../../functions/recommender/registry/registry.ts";
import { LEASE_SECONDS as TRAINING_LEASE_SECONDS } from "../../functions/recommender/projects/training_states.ts";
import type { Log } from "../runtime/trainer_log.ts";
import { causesOf } from "../runtime/causes_of.ts";

export interface ErasureOptions {
  blobs: Blobs;
  registry: Registry;
  log: Log;
  /** Time limit of one try in milliseconds, so that a store that hangs fails it. */
  deadlineMs?: number;
  /** No further erasure is begun once it is aborted. */
  stop?: AbortSignal;
}

type Kind = "BLOB" | "PARTS" | "MODEL" | "VERSION";

/** A row leased by this process. */
interface Erasure {
  id: string;
  kind: Kind;
  name: string;
  /** Including this try. Fences the writes about it. */
  attempts: number;
}

/** Duration of a lease without renewal, after which another process may try the row. */
const LEASE_SECONDS = 30;
/** Removing a model with hundreds of versions from MLflow takes minutes. */
const DEADLINE_MS = 5 * 60_000;
/** Maximum delay between two tries. */
const LONGEST_WAIT_SECONDS = 600;

/** Concurrent lanes. Each store has its own, so that one that hangs delays only itself. */
const LANES: Kind[][] = [
  ["BLOB", "PARTS"],
  ["BLOB", "PARTS"],
  ["MODEL", "VERSION"],
  ["MODEL", "VERSION"],
];

/**
 * Tries each erasure that is due once; returns how many succeeded. A model is erased one lease of a
 * training after its deletion, so that a training running then cannot publish afterwards.
 */
export async function workOffErasures(sql: Sql, options: ErasureOptions): Promise<number> {
  const erased = await Promise.all(LANES.map((kinds) => workOff(sql, { ...options, kinds })));
  return erased.reduce((sum, count) => sum + count, 0);
}

async function workOff(
  sql: Sql,
  { kinds, ...options }: ErasureOptions & { kinds: Kind[] },
): Promise<number> {
  let erased = 0;
  while (!options.stop?.aborted) {
    const erasure = await takeDue(sql, kinds);
    if (!erasure) break;
    if (await attempt(sql, erasure, options)) erased++;
  }
  return erased;
}

/** Tries one erasure and records the result; returns whether it succeeded. */
async function attempt(
  sql: Sql,
  erasure: Erasure,
  { blobs, registry, log, deadlineMs = DEADLINE_MS }: ErasureOptions,
): Promise<boolean> {
  const { id: _, ...about } = erasure;
  const heartbeat = setInterval(
    () => renewLease(sql, erasure).catch(() => {}),
    LEASE_SECONDS * 1000 / 3,
  );
  try {
    await deadline(erase(erasure, { blobs, registry }), deadlineMs);
  } catch (error) {
    const reason = error instanceof DOMException && error.name === "TimeoutError"
      ? `It did not finish within ${deadlineMs / 1000} seconds.`
      : causesOf(error);
    log({ level: "error", message: "erasure failed", ...about, error: reason });
    await noteFailure(sql, erasure, reason);
    return false;
  } finally {
    clearInterval(heartbeat);
  }
  await deleteErasure(sql, erasure);
  if (erasure.attempts > 1) {
    log({ level: "info", message: "erasure done after failed attempts", ...about });
  }
  return true;
}

/** Erases the named object; does nothing if it does not exist. */
async function erase(
  { kind, name }: Erasure,
  { blobs, registry }: { blobs: Blobs; registry: Registry },
): Promise<void> {
  if (kind === "BLOB") await blobs.remove(name);
  else if (kind === "PARTS") await abandonParts(blobs, name);
  else if (kind === "MODEL") await registry.remove(name);
  else await removeVersion(registry, name);
}

/** Abandons the unfinished multipart upload `blob?handle`. */
async function abandonParts(blobs: Blobs, noted: string): Promise<void> {
  const at = noted.indexOf("?");
  await blobs.parts.abandon({ name: noted.slice(0, at), handle: noted.slice(at + 1) });
}

/** Removes `model/version`; throws while it is the champion, so that it is retried. */
async function removeVersion(registry: Registry, name: string): Promise<void> {
  const [model, version] = name.split("/");
  if (await registry.alias(model, "champion") === version) {
    throw new Error("The version is the champion and is not removed while it serves.");
  }
  await registry.removeVersion(model, version);
}

/**
 * Leases the next due row: untried rows first, then those with the fewest tries. None while a
 * backup is copying the objects they would remove.
 */
async function takeDue(sql: Sql, kinds: Kind[]): Promise<Erasure | undefined> {
  const [taken] = await sql<Erasure[]>`
    with due as (
      select id from recommender.erasures
      where kind = any (${kinds}::text[]) and next_try_at <= now()
        and not http.is_paused('removals')
        and (kind <> 'MODEL'
          or created_at < now() - make_interval(secs => ${TRAINING_LEASE_SECONDS}))
      order by attempts, id
      limit 1
      for update skip locked
    )
    update recommender.erasures e
    set attempts = e.attempts + 1, next_try_at = now() + make_interval(secs => ${LEASE_SECONDS})
    from due where e.id = due.id
    returning e.id, e.kind, e.name, e.attempts`;
  return taken;
}

async function renewLease(sql: Sql, { id, attempts }: Erasure): Promise<void> {
  await sql`
    update recommender.erasures
    set next_try_at = now() + make_interval(secs => ${LEASE_SECONDS})
    where id = ${id} and attempts = ${attempts}`;
}

/** Records the error; the next try is 2, 4, 8 … seconds from now, at most ten minutes. */
async function noteFailure(sql: Sql, { id, attempts }: Erasure, reason: string): Promise<void> {
  await sql`
    update recommender.erasures
    set last_error = ${reason},
        next_try_at = now()
          + make_interval(secs => least(2 ^ least(attempts, 20), ${LONGEST_WAIT_SECONDS}))
    where id = ${id} and attempts = ${attempts}`;
}

async function deleteErasure(sql: Sql, { id }: Erasure): Promise<void> {
  await sql`delete from recommender.erasures where id = ${id}`;
}
