/**
 * Removes the data of erased users from stored files and from the private files of every version.
 * Each project has a row in `recommender.forgetting` with its own back-off; a round does as much as
 * it can, and failures are retried until they succeed.
 */
import type { Sql } from "postgres";
import { deadline } from "@std/async/deadline";
import { AddressError } from "../../functions/recommender/addresses/address_error.ts";
import { BlobsFullError } from "../../functions/recommender/blobs/blobs.ts";
import {
  type Registry,
  RegistryConflictError,
  RegistryUnavailableError,
} from "../../functions/recommender/registry/registry.ts";
import type { Log } from "../runtime/trainer_log.ts";
import { causesOf } from "../runtime/causes_of.ts";
import {
  cleanFiles,
  type FileAccess,
  releaseReadBlobs,
  RowsAtAddressError,
} from "./clean_files.ts";
import { cleanTexts } from "./clean_texts.ts";
import { ChangedFileError } from "./erase_rows.ts";
import { redactVersion } from "./redact_version.ts";
import {
  type Erased,
  erasedFrom,
  LEASE_SECONDS,
  lookAgain,
  noteForgotten,
  noteUnforgotten,
  renewLease,
  takeToForget,
  type ToForget,
  type Visit,
} from "../queue/to_forget.ts";

export interface ForgettingOptions extends FileAccess {
  registry: Registry;
  log: Log;
  /** Time limit of one version in milliseconds, so that a registry that hangs fails it. */
  deadlineMs?: number;
  /** Seconds a claim may take to become visible (5). */
  claimSeconds?: number;
  /** No further project is begun once it is aborted. */
  stop?: AbortSignal;
}

/** Projects handled concurrently, so that one with many files does not block the others. */
const LANES = 3;
const DEADLINE_MS = 5 * 60_000;

/** Handles all projects that are due. */
export async function forgetErased(sql: Sql, options: ForgettingOptions): Promise<void> {
  await releaseReadBlobs(sql, options.claimSeconds);
  await Promise.all(Array.from({ length: LANES }, async () => {
    while (!options.stop?.aborted) {
      const entry = await takeToForget(sql);
      if (!entry) break;
      await round(sql, entry, options);
    }
  }));
}

async function round(sql: Sql, entry: ToForget, options: ForgettingOptions): Promise<void> {
  const { log } = options;
  const project = entry.project_id;
  const heartbeat = setInterval(
    () => renewLease(sql, entry).catch(() => {}),
    LEASE_SECONDS * 1000 / 3,
  );
  let redacted = entry.redacted;
  try {
    const erased = await erasedFrom(sql, project);
    if (!erased) return;
    const { people } = erased;
    const faults = await cleanFiles(sql, project, { ...options, ...erased });
    const learnedTo = await learnedVersions(sql, project);
    const versions = await redactVersions(entry, { ...options, ...erased, learnedTo });
    ({ redacted } = versions);
    faults.push(...versions.faults);
    await cleanTexts(sql, project, people);
    if (faults.length > 0) throw new AggregateError(faults, causesOf(faults[0]));
    const waitsFor = await waiting(sql, project);
    if (waitsFor) {
      return await noteUnforgotten(sql, entry, { cause: waitsFor, redacted, waits: true });
    }
    const isNoted = await noteForgotten(sql, entry, { people, redacted });
    // After its lease expired, this process may have written what another did not see.
    if (!isNoted) await lookAgain(sql, project);
    log({ level: "info", message: "people forgotten", project, people: people.length });
  } catch (error) {
    const errors = error instanceof AggregateError ? error.errors : [error];
    const reasons = errors.map(causesOf);
    const isTheirs = errors.every(isForOwner);
    const level = isTheirs ? "info" : "error";
    log({ level, message: "forgetting failed", project, errors: reasons });
    const waitSeconds = isTheirs ? OWNER_SECONDS : undefined;
    await noteUnforgotten(sql, entry, { cause: causeOf(errors[0]), redacted, waitSeconds });
  } finally {
    clearInterval(heartbeat);
  }
}

/** Wait in seconds for an owner to delete rows at an address, which is read again then. */
const OWNER_SECONDS = 3600;

/** Whether only the owner can do something about an error. */
function isForOwner(error: unknown): error is Error {
  return error instanceof RowsAtAddressError || error instanceof AddressError;
}

/** Redacts the versions that have not been redacted since the last of these erasures. */
async function redactVersions(
  { redacted: before }: ToForget,
  { registry, model, people, visits, learnedTo, deadlineMs = DEADLINE_MS }:
    & ForgettingOptions
    & Pick<Erased, "model" | "people" | "visits">
    & { learnedTo: Map<string, number> },
): Promise<{ redacted: Record<string, number>; faults: unknown[] }> {
  const redacted: Record<string, number> = {};
  const faults: unknown[] = [];
  try {
    for (const { version, trainingId } of await deadline(registry.versions(model), deadlineMs)) {
      try {
        if (before[trainingId] !== people.length) {
          const visitors = visitorsIn(visits, learnedTo.get(version) ?? 0);
          const all = [...people, ...visitors];
          await deadline(redactVersion({ registry, model, version }, all), deadlineMs);
        }
        redacted[trainingId] = people.length;
      } catch (error) {
        faults.push(error);
      }
    }
    return { redacted, faults };
  } catch (error) {
    return { redacted: before, faults: [error] };
  }
}

/**
 * Returns the visitors of these visits who have a history in a version that learned live events up
 * to `learnedTo`: the version has learned events after the visit's begin, and none after its merge.
 */
function visitorsIn(visits: readonly Visit[], learnedTo: number): string[] {
  return visits.filter(({ after, to }) => learnedTo > after && learnedTo <= to)
    .map(({ visitor }) => visitor);
}

/** Returns the sequence number up to which each version learned live events. */
async function learnedVersions(sql: Sql, projectId: number): Promise<Map<string, number>> {
  const rows = await sql<{ version: string; learned_to: number }[]>`
    select version, learned_to::float8 as learned_to from recommender.learned_versions
    where project_id = ${projectId}`;
  return new Map(rows.map(({ version, learned_to }) => [version, learned_to]));
}

/** Returns the reason why data of the users is still stored, or null if none is. */
async function waiting(sql: Sql, projectId: number): Promise<string | null> {
  const [{ left, failed, paused }] = await sql<
    { left: boolean; failed: boolean; paused: boolean }[]
  >`
    select count(*) > 0 as left, coalesce(bool_or(last_error is not null), false) as failed,
      http.is_paused('removals') as paused
    from recommender.erasures where project_id = ${projectId}`;
  if (!left) return null;
  if (paused) return "A backup is running, which copies the previous files.";
  if (failed) return "The previous files cannot be deleted from the file storage at the moment.";
  return "A training that started earlier still reads the previous files.";
}

/** Returns the reason of a failed round for the owner, without paths and addresses. */
function causeOf(error: unknown): string {
  if (isForOwner(error)) return error.message;
  if (error instanceof BlobsFullError) return "The file storage is full.";
  if (error instanceof RegistryConflictError) {
    return "The model's name in the registry belongs to another installation.";
  }
  if (error instanceof RegistryUnavailableError) {
    return "The model registry cannot be read or written at the moment.";
  }
  if (error instanceof ChangedFileError) {
    return "A stored file differs from the uploaded bytes: upload the file again, and remove " +
      "this one.";
  }
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return "The file storage or the model registry did not respond in time.";
  }
  return "The files cannot be read or written at the moment.";
}
