/**
 * Erases outside of the database what was deleted in it: uploads among the blobs, models and
 * versions in the registry. Each row of `recommender.erasures` is tried by itself: one that fails
 * waits longer after each try and keeps its error, and rows that were never tried come first.
 */
import type { Sql } from "postgres";
import { deadline } from "@std/async/deadline";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import type { Registry } from "../../functions/recommender/registry/registry.ts";
import { LEASE_SECONDS as TRAINING_LEASE_SECONDS } from "../queue/claim.ts";
import type { Log } from "../trainer_log.ts";
import { causesOf } from "./causes_of.ts";

export interface ErasureOptions {
  blobs: Blobs;
  registry: Registry;
  log: Log;
  /** How long one try may take, in milliseconds: a store that hangs fails it. */
  deadlineMs?: number;
  /** Nothing new is begun once it is aborted. */
  stop?: AbortSignal;
}

type Kind = "BLOB" | "PARTS" | "MODEL" | "VERSION";

/** A row that this process works on. */
interface Erasure {
  id: string;
  kind: Kind;
  name: string;
  /** This try included. It fences what is written about the try. */
  attempts: number;
}

/** A row is another process's to try when its lease was not renewed for so long. */
const LEASE_SECONDS = 30;
/** Removing a model of hundreds of versions from MLflow takes minutes. */
const DEADLINE_MS = 5 * 60_000;
/** The longest wait between two tries. */
const LONGEST_WAIT_SECONDS = 600;

/** Tried side by side. The two stores have lanes of their own: one that hangs delays its own alone. */
const LANES: Kind[][] = [
  ["BLOB", "PARTS"],
  ["BLOB", "PARTS"],
  ["MODEL", "VERSION"],
  ["MODEL", "VERSION"],
];

/**
 * Tries everything that is due, once, and returns how many were erased. A model waits for one lease
 * of a training, so that a training which was running then can publish nothing behind it.
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

/** Tries one erasure and notes how it went; whether it is done. */
async function attempt(
  sql: Sql,
  erasure: Erasure,
  { blobs, registry, log, deadlineMs = DEADLINE_MS }: ErasureOptions,
): Promise<boolean> {
  const { id: _, ...about } = erasure;
  const heart = setInterval(
    () => renewLease(sql, erasure).catch(() => {}),
    LEASE_SECONDS * 1000 / 3,
  );
  try {
    await deadline(erase(erasure, { blobs, registry }), deadlineMs);
  } catch (error) {
    const reason = error instanceof DOMException && error.name === "TimeoutError"
      ? `It did not end within ${deadlineMs / 1000} seconds.`
      : causesOf(error);
    log({ level: "error", message: "erasure failed", ...about, error: reason });
    await noteFailure(sql, erasure, reason);
    return false;
  } finally {
    clearInterval(heart);
  }
  await deleteErasure(sql, erasure);
  if (erasure.attempts > 1) log({ level: "info", message: "erasure done after all", ...about });
  return true;
}

/** Erases what a row names. Erasing what is not there is fine. */
async function erase(
  { kind, name }: Erasure,
  { blobs, registry }: { blobs: Blobs; registry: Registry },
): Promise<void> {
  if (kind === "BLOB") await blobs.remove(name);
  else if (kind === "PARTS") await abandonParts(blobs, name);
  else if (kind === "MODEL") await registry.remove(name);
  else await removeVersion(registry, name);
}

/** Drops the parts of `blob?handle`, which were never joined. */
async function abandonParts(blobs: Blobs, noted: string): Promise<void> {
  const at = noted.indexOf("?");
  await blobs.parts.abandon({ name: noted.slice(0, at), handle: noted.slice(at + 1) });
}

/** Removes `model/version`; it waits while it is the champion. */
async function removeVersion(registry: Registry, name: string): Promise<void> {
  const [model, version] = name.split("/");
  if (await registry.alias(model, "champion") === version) {
    throw new Error("A version is removed when it no longer serves, and this one is the champion.");
  }
  await registry.removeVersion(model, version);
}

/**
 * Takes the next row that is due: those never tried first, then those with the fewest tries. None
 * while a backup copies what they would remove.
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

/** Keeps the error; the next try is 2, 4, 8 … seconds from now, ten minutes at most. */
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
