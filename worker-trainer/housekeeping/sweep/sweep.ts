/**
 * A sweep compares the stores with the tables in both directions. An object to which no row refers
 * is reported by the first sweep that finds it and removed by the next; a missing object is
 * reported. Objects written in the last 48 hours are skipped, because they may belong to work in
 * progress.
 */
import { deadline } from "@std/async/deadline";
import type { Sql } from "postgres";
import type { Blobs } from "../../../functions/recommender/blobs/blobs.ts";
import type { Leftover, Registry } from "../../../functions/recommender/registry/registry.ts";
import type { Log } from "../../runtime/trainer_log.ts";
import { causesOf } from "../../runtime/causes_of.ts";
import { missingBlobs, missingVersions } from "./missing.ts";
import {
  beginSweep,
  type Counts,
  endSweep,
  keepSweep,
  latestTrainings,
  noteLeftover,
  noteMissing,
  noteRemoval,
  removalsPaused,
} from "./sweep_store.ts";
import { unnamedBlobs } from "./unnamed_blobs.ts";

export interface SweepOptions {
  blobs: Blobs;
  registry: Registry;
  /** Id of this installation, which the names contain. */
  installation: string;
  /** Whether names without an installation belong to this one. */
  oursAlone: boolean;
  log: Log;
  /** The current time, for ages. */
  now?: Date;
  /** No further step is begun once it is aborted. */
  stop?: AbortSignal;
}

const YOUNG_MS = 48 * 3600_000;
/** Time limit of a step: a page of names, or a removal. */
const STEP_MS = 5 * 60_000;
/** Maximum number of findings logged individually; the table has all. */
const LINES = 100;

/** Runs a sweep if one is due; returns whether it did. */
export async function sweepIfDue(sql: Sql, options: SweepOptions): Promise<boolean> {
  const id = await beginSweep(sql);
  if (id === undefined) return false;
  const stopKeeping = keepSweep(sql, id);
  try {
    await new Sweep(sql, id, options).run();
  } finally {
    stopKeeping();
  }
  return true;
}

class Sweep {
  #counts: Counts = { found: 0, removed: 0, missing: 0 };
  #lines = 0;
  #errors: string[] = [];
  readonly #sql: Sql;
  readonly #id: string;
  readonly #options: SweepOptions;

  constructor(sql: Sql, id: string, options: SweepOptions) {
    this.#sql = sql;
    this.#id = id;
    this.#options = options;
  }

  /** Runs all comparisons: an unavailable store does not stop the others. */
  async run(): Promise<void> {
    const { blobs, registry, oursAlone, log } = this.#options;
    const trainings = (models: string[]) => latestTrainings(this.#sql, models);
    await this.#each(unnamedBlobs(this.#sql, this.#options), (found) => this.#leftover(found));
    await this.#each(
      registry.leftovers({ trainings, oursAlone }),
      (found) => this.#leftover(found),
    );
    await this.#each(missingBlobs(this.#sql, blobs), (missing) => this.#missing(missing));
    await this.#each(missingVersions(this.#sql, registry), (missing) => this.#missing(missing));
    if (this.#options.stop?.aborted) this.#errors.push("The process is stopping.");
    const error = this.#errors.length > 0 ? this.#errors.join(" ") : null;
    await endSweep(this.#sql, this.#id, { ...this.#counts, error });
    const level = error === null ? "info" : "error";
    log({ level, message: "sweep done", ...this.#counts, ...(error !== null && { error }) });
  }

  /** Handles each finding of a comparison; an error or a timeout is recorded. */
  async #each<Found>(
    findings: AsyncIterable<Found>,
    take: (found: Found) => Promise<void>,
  ): Promise<void> {
    const iterator = findings[Symbol.asyncIterator]();
    try {
      while (!this.#options.stop?.aborted) {
        const next = await deadline(iterator.next(), STEP_MS);
        if (next.done) return;
        await take(next.value);
      }
    } catch (error) {
      this.#errors.push(causesOf(error));
    }
  }

  async #leftover(found: Leftover): Promise<void> {
    const { now = new Date() } = this.#options;
    if (found.since.getTime() > now.getTime() - YOUNG_MS) return;
    this.#counts.found++;
    const { name, bytes, since } = found;
    const isReported = await noteLeftover(this.#sql, this.#id, found);
    if (!isReported) return this.#say("left over found", { name, bytes, since });
    if (await removalsPaused(this.#sql)) return;
    try {
      await deadline(found.remove(), STEP_MS);
    } catch (error) {
      await noteRemoval(this.#sql, name, { error: causesOf(error) });
      return this.#say("left over not removed", { name, error: causesOf(error) }, "error");
    }
    await noteRemoval(this.#sql, name, { error: null });
    this.#counts.removed++;
    this.#say("left over removed", { name, bytes, since });
  }

  async #missing(missing: { name: string; project_id: number }): Promise<void> {
    this.#counts.missing++;
    await noteMissing(this.#sql, this.#id, missing);
    const { name, project_id: project } = missing;
    this.#say("a row names what is not there", { name, project }, "error");
  }

  #say(message: string, about: Record<string, unknown>, level: "info" | "error" = "info"): void {
    if (this.#lines++ < LINES) this.#options.log({ level, message, ...about });
  }
}
