/** Runs one claim to its end: trains it, renews its lease, and writes the result. */
import type { Sql } from "postgres";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import {
  beat,
  defer,
  release,
  returnTry,
} from "../../functions/recommender/projects/training_states.ts";
import { makeChampion, type Registry } from "../../functions/recommender/registry/registry.ts";
import { publishedOutcome } from "./published_outcome.ts";
import { lookAgain } from "./to_forget.ts";
import { rollUpEvents } from "../live/roll_up.ts";
import { rowsBeforeServing } from "../live/new_item_rows.ts";
import { rollUpItems } from "../live/roll_up_items.ts";
import type { Log } from "../runtime/trainer_log.ts";
import {
  type Claim,
  erasedSince,
  fail,
  FAILURES_ALLOWED,
  finish,
  type Outcome,
  refuse,
  retryLater,
  trainingData,
} from "./claim.ts";
import type { Contact } from "./contact.ts";
import type { Dependencies } from "./dependencies.ts";
import { type Missing, missingOf, pauseSentence } from "./missing.ts";
import { Pulse } from "./pulse.ts";
import { isStoreAnother } from "./stored_files.ts";
import { Suspension } from "./suspension.ts";
import type { Ending, Order, TrainingOptions } from "./training_process.ts";
import { untilAnswered } from "./until_answered.ts";
import { whileMissing } from "./while_missing.ts";

/** Options of a training's attendance. */
export interface AttendOptions {
  sql: Sql;
  registry: Registry;
  blobs: Blobs;
  installation: string;
  /** `trainInProcess`, or a replacement in tests. */
  train: (order: Order, options: TrainingOptions) => Promise<Ending>;
  /** Memory limit of the training's process, in bytes. */
  bytes: number;
  /** Whether a later attempt may get more memory. */
  mayHoldMore?: boolean;
  log: Log;
  heartbeatMs?: number;
}

/** State that the trainings of a trainer share. */
export interface Attendance {
  contact: Contact;
  dependencies: Dependencies;
  stop: AbortSignal;
}

/** A training in progress. */
export interface Attended {
  /** Resolves when the result has been written. Never rejects. */
  ended: Promise<void>;
  /** Sends a heartbeat at once, which checks whether the claim is still held. */
  beat(): void;
  /** Suspends its process at times; heartbeats go on. Only second halves have it. */
  suspension?: Suspension;
}

/** Starts running a claim to its end. */
export function attend(claim: Claim, options: AttendOptions, attendance: Attendance): Attended {
  const attending = new Attending(claim, options, attendance);
  const { suspension } = attending;
  return { ended: attending.run(), beat: () => attending.pulse.beat(), suspension };
}

/** End of an attempt, and its effect on the project. */
type Result = "published" | "lost" | "released" | "unusable" | "crashed" | "unavailable";

class Attending {
  readonly pulse: Pulse;
  readonly suspension?: Suspension;
  #claim: Claim;
  #options: AttendOptions;
  #attendance: Attendance;
  #lost = new AbortController();

  constructor(claim: Claim, options: AttendOptions, attendance: Attendance) {
    this.#claim = claim;
    this.#options = options;
    this.#attendance = attendance;
    if (claim.improving) this.suspension = new Suspension();
    this.pulse = new Pulse(async (progress) => {
      // A short outage of the database loses no claim: the lease is longer, and an expired lease
      // stays valid until another trainer claims the project.
      const held = await attendance.contact.over(beat(options.sql, claim, progress))
        .catch(() => true);
      if (!held) this.#lost.abort();
    });
  }

  async run(): Promise<void> {
    const { log, heartbeatMs = 5_000 } = this.#options;
    const { id: project, training_id: training, attempt } = this.#claim;
    const about = { project, training, attempt };
    log({ level: "info", message: "training claimed", ...about });
    const heartbeat = setInterval(() => this.pulse.beat(), heartbeatMs);
    try {
      const result = await this.#settled();
      if (result === "lost") await this.#answered(() => returnTry(this.#options.sql, this.#claim));
      log({
        level: result === "crashed" ? "error" : "info",
        message: `training ${result}`,
        ...about,
      });
    } catch (error) {
      // The lease expires, and the project is claimed again.
      log({ level: "error", message: (error as Error).message, ...about });
    } finally {
      clearInterval(heartbeat);
      this.#attendance.dependencies.waits(this.#claim, null);
      await this.pulse.settled();
    }
  }

  async #settled(): Promise<Result> {
    if (this.#claim.failures >= FAILURES_ALLOWED) {
      return await this.#giveUp(
        `The training process crashed ${FAILURES_ALLOWED} times; the last crash left no error ` +
          "message.",
      );
    }
    const ending = await this.#trained();
    await this.pulse.settled();
    if (!ending) return "lost";
    const { sql } = this.#options;
    switch (ending.type) {
      case "stopped":
        return await this.#release();
      case "published":
        return await this.#published(ending.outcome);
      case "unusable": {
        if (ending.missing_upload && await this.#isStoreAway()) return "unavailable";
        const { sentence, receipts } = ending;
        const serving = await this.#serving();
        return await this.#held(
          "unusable",
          () => fail(sql, this.#claim, sentence, { receipts, serving }),
        );
      }
      case "unavailable":
        return await this.#missed(ending.missing);
      case "crashed":
        // At the memory limit, whether another attempt succeeds would be chance.
        return ending.exhausted && !this.#options.mayHoldMore
          ? await this.#giveUp(ending.reason)
          : await this.#crashed(ending.reason);
    }
  }

  /** Trains the claim, or redacts its version; returns null if the claim was lost meanwhile. */
  async #trained(redaction?: Order["redaction"]): Promise<Ending | null> {
    const { installation, train, bytes } = this.#options;
    const { stop, dependencies } = this.#attendance;
    let ending: Ending;
    let state = "the project's live events and items could not be added to its files";
    try {
      if (!redaction) await this.#takeLiveData();
      state = "the trainer's machine could not start a training";
      ending = await train({ claim: this.#claim, installation, redaction }, {
        signal: AbortSignal.any([stop, this.#lost.signal]),
        bytes,
        suspension: this.suspension,
        onProgress: (progress) => this.pulse.report(progress),
        onWaiting: (missing) => this.#waits(missing),
      });
    } catch (error) {
      // The process could not start: a fault of this machine, not of the training.
      const missing = missingOf(error) ??
        { dependency: "MACHINE" as const, state, refused: false, detail: String(error) };
      if (missing.dependency === "MACHINE") {
        this.#options.log({ level: "error", message: String(error) });
      }
      ending = { type: "unavailable", missing };
    } finally {
      dependencies.waits(this.#claim, null);
    }
    if (stop.aborted && ending.type === "stopped") return ending;
    return this.#lost.signal.aborted ? null : ending;
  }

  /** Adds the live events and items stored so far to the claim's files. */
  async #takeLiveData(): Promise<void> {
    const { sql, blobs } = this.#options;
    const { id, model_type } = this.#claim;
    if (model_type !== "CONTENT") await rollUpEvents(sql, id, { blobs });
    await rollUpItems(sql, id, { blobs });
    this.#claim = { ...this.#claim, ...await trainingData(sql, id) };
  }

  /** Promotes a published version and writes the result, once the registry is available. */
  async #published(outcome: Outcome): Promise<Result> {
    const { stop } = this.#attendance;
    const unredacted = await this.#redact(outcome);
    if (unredacted) return unredacted;
    const promoted = async () => {
      // Check the fence before moving the alias: a trainer that lost its claim must not promote.
      const held = await this.#answered(() =>
        beat(this.#options.sql, this.#claim, { stage: "publishing", progress: 1 })
      );
      return held && await this.#promote(outcome);
    };
    try {
      this.pulse.report({ stage: "publishing", progress: 1 });
      if (outcome.refused === undefined) await this.#addNewItems(outcome);
      const onMissing = (missing: Missing | null) => this.#waits(missing);
      return await whileMissing(promoted, { onMissing, stop }) ? "published" : "lost";
    } catch (error) {
      if (stop.aborted) return await this.#release();
      const missing = missingOf(error);
      if (missing) return await this.#missed(missing);
      return await this.#crashed((error as Error).message);
    }
  }

  /**
   * Removes users erased since the claim from a published version, before it serves. Returns the
   * result if that failed, or null.
   */
  async #redact(outcome: Outcome): Promise<Result | null> {
    const { sql } = this.#options;
    const people = await this.#answered(() => erasedSince(sql, this.#claim, outcome));
    if (people.length === 0) return null;
    const ending = await this.#trained({ outcome, people });
    if (!ending) return "lost";
    // If this process was suspended meanwhile, its redaction may have undone another: check again.
    await this.#answered(() => lookAgain(sql, this.#claim.id));
    if (ending.type === "published") return null;
    if (ending.type === "stopped") return await this.#release();
    if (ending.type === "unavailable" && !ending.missing.refused) {
      return await this.#missed(ending.missing);
    }
    const reason = "Erased users could not be removed from the trained version.";
    return await this.#held("crashed", () => retryLater(sql, this.#claim, reason));
  }

  /** Adds the items that came during the training; housekeeping does so later if that fails. */
  async #addNewItems({ version, learned_items: learned = 0 }: Outcome): Promise<void> {
    const { sql, registry, log } = this.#options;
    const { id, model } = this.#claim;
    const stop = AbortSignal.any([this.#attendance.stop, this.#lost.signal]);
    await rowsBeforeServing(sql, { id, model, version, learned }, { registry, log, stop })
      .catch(({ message }) => log({ level: "error", message, project: id, version }));
  }

  /**
   * Makes a published version the champion, or the challenger if the gate refused it, and writes
   * the result. Returns false if the claim was lost.
   */
  async #promote(outcome: Outcome): Promise<boolean> {
    const { sql, registry } = this.#options;
    const { model } = this.#claim;
    if (outcome.refused !== undefined) {
      await registry.setAlias(model, "challenger", outcome.version);
      return await this.#answered(() => refuse(sql, this.#claim, outcome));
    }
    await makeChampion(registry, model, outcome.version);
    return await this.#answered(() => finish(sql, this.#claim, outcome));
  }

  /** Handles a crash, which counts as a failure. */
  async #crashed(reason: string): Promise<Result> {
    if (this.#claim.failures + 1 >= FAILURES_ALLOWED) {
      return await this.#giveUp(`The training failed ${FAILURES_ALLOWED} times. ${reason}`);
    }
    return await this.#held("crashed", () => retryLater(this.#options.sql, this.#claim, reason));
  }

  /** Ends a training without attempts left, by the version of an earlier attempt if any. */
  async #giveUp(sentence: string): Promise<Result> {
    const { sql, registry } = this.#options;
    let published: Outcome | null;
    try {
      published = await publishedOutcome(this.#claim, registry);
    } catch (error) {
      const missing = missingOf(error);
      if (missing) return await this.#missed(missing);
      published = null;
    }
    if (published) return await this.#published(published);
    const serving = await this.#serving();
    return await this.#held("crashed", () => fail(sql, this.#claim, sentence, { serving }));
  }

  /** Handles an unavailable dependency: a failure only if the dependency refused the request. */
  async #missed(missing: Missing): Promise<Result> {
    const { dependencies } = this.#attendance;
    if (await dependencies.confirm(missing)) return await this.#release("unavailable");
    const sentence = `At the last attempt, ${missing.state}.`;
    if (missing.refused) return await this.#crashed(sentence);
    return await this.#held("unavailable", () => defer(this.#options.sql, this.#claim, sentence));
  }

  /** Returns whether an upload is missing with the whole store; then the project waits. */
  async #isStoreAway(): Promise<boolean> {
    const { sql, blobs } = this.#options;
    const missing = await isStoreAnother(sql, blobs, this.#claim.id);
    if (missing) await this.#missed(missing);
    return missing !== null;
  }

  /** Returns the serving version, which may be recorded in the registry alone. */
  async #serving(): Promise<string | null> {
    const { serving, model } = this.#claim;
    return serving ?? await this.#options.registry.alias(model, "champion").catch(() => null);
  }

  #waits(missing: Missing | null): void {
    this.#attendance.dependencies.waits(this.#claim, missing);
    const { progress } = this.pulse.latest;
    this.pulse.report({ stage: missing ? pauseSentence(missing) : "publishing", progress });
  }

  async #release(result: Result = "released"): Promise<Result> {
    await this.#answered(() => release(this.#options.sql, this.#claim));
    return result;
  }

  async #held(result: Result, write: () => Promise<boolean>): Promise<Result> {
    return await this.#answered(write) ? result : "lost";
  }

  #answered<T>(work: () => Promise<T>): Promise<T> {
    return untilAnswered(work, this.#attendance);
  }
}
