/**
 * A sweep compares the stores with the tables in both directions. What no row names is reported by
 * the first sweep that finds it and removed by the next; what a row names and is not there is
 * reported. Nothing is touched that was written to in the last 48 hours: what is under way is noted
 * by then, or dead.
 */
import { deadline } from "@std/async/deadline";
import type { Sql } from "postgres";
import type { Blobs } from "../../../functions/recommender/blobs/blobs.ts";
import type { Leftover, Registry } from "../../../functions/recommender/registry/registry.ts";
import type { Log } from "../../trainer_log.ts";
import { causesOf } from "../causes_of.ts";
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
  /** This installation's id: what names carry. */
  installation: string;
  /** Whether what carries no installation is this one's, too. */
  oursAlone: boolean;
  log: Log;
  /** The time by which ages are judged. */
  now?: Date;
  /** Nothing new is begun once it is aborted. */
  stop?: AbortSignal;
}

const YOUNG_MS = 48 * 3600_000;
/** One step, a page of names or a removal, fails after so long. */
const STEP_MS = 5 * 60_000;
/** So many findings are logged one by one; the table has all. */
const LINES = 100;

/** Sweeps where a sweep is due; whether it did. */
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

  /** Looks everywhere: one store that is away keeps it from no other. */
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
    if (this.#options.stop?.aborted) this.#errors.push("It was told to stop.");
    const error = this.#errors.length > 0 ? this.#errors.join(" ") : null;
    await endSweep(this.#sql, this.#id, { ...this.#counts, error });
    const level = error === null ? "info" : "error";
    log({ level, message: "sweep done", ...this.#counts, ...(error !== null && { error }) });
  }

  /** Takes each of what a comparison finds; one that fails or hangs is noted. */
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
