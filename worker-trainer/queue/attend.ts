/** One claim, seen through to its end: has it trained, keeps its lease, and says how it ended. */
import type { Sql } from "postgres";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import { makeChampion, type Registry } from "../../functions/recommender/registry/registry.ts";
import { publishedOutcome } from "../published_outcome.ts";
import { lookAgain } from "../housekeeping/to_forget.ts";
import type { Log } from "../trainer_log.ts";
import {
  beat,
  type Claim,
  defer,
  erasedSince,
  fail,
  FAILURES_ALLOWED,
  finish,
  type Outcome,
  refuse,
  release,
  retryLater,
  returnTry,
} from "./claim.ts";
import type { Contact } from "./contact.ts";
import type { Dependencies } from "./dependencies.ts";
import { type Missing, missingOf, pauseSentence } from "./missing.ts";
import { Pulse } from "./pulse.ts";
import { isStoreAnother } from "./stored_files.ts";
import type { Ending, Order, TrainingOptions } from "./training_process.ts";
import { untilAnswered } from "./until_answered.ts";
import { whileMissing } from "./while_missing.ts";

/** What it takes to see trainings through. */
export interface AttendOptions {
  sql: Sql;
  registry: Registry;
  blobs: Blobs;
  installation: string;
  /** `trainInProcess`. */
  train: (order: Order, options: TrainingOptions) => Promise<Ending>;
  /** Bytes that the training's process may hold. */
  bytes: number;
  /** Whether another try may hold more. */
  mayHoldMore?: boolean;
  log: Log;
  heartbeatMs?: number;
}

/** What a trainer shares between its trainings. */
export interface Attendance {
  contact: Contact;
  dependencies: Dependencies;
  stop: AbortSignal;
}

/** A training under way. */
export interface Attended {
  /** Resolves when all is said. Never rejects. */
  ended: Promise<void>;
  /** Looks at once whether the claim is still held. */
  beat(): void;
}

/** Sees a claim through. */
export function attend(claim: Claim, options: AttendOptions, attendance: Attendance): Attended {
  const attending = new Attending(claim, options, attendance);
  return { ended: attending.run(), beat: () => attending.pulse.beat() };
}

/** How a training ended, and what became of the project by it. */
type Result = "published" | "lost" | "released" | "unusable" | "crashed" | "unavailable";

class Attending {
  readonly pulse: Pulse;
  #claim: Claim;
  #options: AttendOptions;
  #attendance: Attendance;
  #lost = new AbortController();

  constructor(claim: Claim, options: AttendOptions, attendance: Attendance) {
    this.#claim = claim;
    this.#options = options;
    this.#attendance = attendance;
    this.pulse = new Pulse(async (progress) => {
      // A database that is away for a moment loses no claim: the lease is longer than that, and what
      // ran out meanwhile is nobody's until somebody claims it.
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
    const heart = setInterval(() => this.pulse.beat(), heartbeatMs);
    try {
      const result = await this.#settled();
      if (result === "lost") await this.#answered(() => returnTry(this.#options.sql, this.#claim));
      log({
        level: result === "crashed" ? "error" : "info",
        message: `training ${result}`,
        ...about,
      });
    } catch (error) {
      // Its lease runs out, and it is tried again.
      log({ level: "error", message: (error as Error).message, ...about });
    } finally {
      clearInterval(heart);
      this.#attendance.dependencies.waits(this.#claim, null);
      await this.pulse.settled();
    }
  }

  async #settled(): Promise<Result> {
    if (this.#claim.failures >= FAILURES_ALLOWED) {
      return await this.#giveUp(
        `The training ended its trainer ${FAILURES_ALLOWED} times, the last time without a word.`,
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
        // Whether what reached its limit reaches it again would be chance.
        return ending.exhausted && !this.#options.mayHoldMore
          ? await this.#giveUp(ending.reason)
          : await this.#crashed(ending.reason);
    }
  }

  /** Has it trained, or its version redacted; null where the claim was lost over it. */
  async #trained(redaction?: Order["redaction"]): Promise<Ending | null> {
    const { installation, train, bytes } = this.#options;
    const { stop, dependencies } = this.#attendance;
    let ending: Ending;
    try {
      ending = await train({ claim: this.#claim, installation, redaction }, {
        signal: AbortSignal.any([stop, this.#lost.signal]),
        bytes,
        onProgress: (progress) => this.pulse.report(progress),
        onWaiting: (missing) => this.#waits(missing),
      });
    } catch (error) {
      // The process could not even begin: this machine's fault, not the training's.
      const missing = missingOf(error) ?? { ...MACHINE, detail: String(error) };
      ending = { type: "unavailable", missing };
    } finally {
      dependencies.waits(this.#claim, null);
    }
    if (stop.aborted && ending.type === "stopped") return ending;
    return this.#lost.signal.aborted ? null : ending;
  }

  /** Moves the alias and says so; a registry that is away is waited for. */
  async #published(outcome: Outcome): Promise<Result> {
    const { stop } = this.#attendance;
    const unredacted = await this.#redact(outcome);
    if (unredacted) return unredacted;
    const promoted = async () => {
      // The fence before the alias: a trainer that lost its claim moves nothing.
      const held = await this.#answered(() =>
        beat(this.#options.sql, this.#claim, { stage: "publishing", progress: 1 })
      );
      return held && await this.#promote(outcome);
    };
    try {
      this.pulse.report({ stage: "publishing", progress: 1 });
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
   * Takes those out of a published version who were erased since it was claimed: it does not serve
   * before. What became of the project where that could not be done, else null.
   */
  async #redact(outcome: Outcome): Promise<Result | null> {
    const { sql } = this.#options;
    const people = await this.#answered(() => erasedSince(sql, this.#claim, outcome));
    if (people.length === 0) return null;
    const ending = await this.#trained({ outcome, people });
    if (!ending) return "lost";
    // Had this process been stopped meanwhile, another's redaction may be undone by it.
    await this.#answered(() => lookAgain(sql, this.#claim.id));
    if (ending.type === "published") return null;
    if (ending.type === "stopped") return await this.#release();
    if (ending.type === "unavailable" && !ending.missing.refused) {
      return await this.#missed(ending.missing);
    }
    const reason = "The version that was trained could not be redacted.";
    return await this.#held("crashed", () => retryLater(sql, this.#claim, reason));
  }

  /**
   * Makes a published version the champion, or the challenger where it was refused, and says so in
   * the database. False where the claim was lost.
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

  /** A crash costs a try. */
  async #crashed(reason: string): Promise<Result> {
    if (this.#claim.failures + 1 >= FAILURES_ALLOWED) {
      return await this.#giveUp(`The training was tried ${FAILURES_ALLOWED} times. ${reason}`);
    }
    return await this.#held("crashed", () => retryLater(this.#options.sql, this.#claim, reason));
  }

  /** Ends a training that no try is left for: by what one of them published, if one did. */
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

  /** What an attempt that misses a dependency leads to; it costs a try only where it was refused. */
  async #missed(missing: Missing): Promise<Result> {
    const { dependencies } = this.#attendance;
    if (await dependencies.confirm(missing)) return await this.#release("unavailable");
    const sentence = `At the last try ${missing.state}.`;
    if (missing.refused) return await this.#crashed(sentence);
    return await this.#held("unavailable", () => defer(this.#options.sql, this.#claim, sentence));
  }

  /** Whether an upload is missed because the whole store is; then the project waits for it. */
  async #isStoreAway(): Promise<boolean> {
    const { sql, blobs } = this.#options;
    const missing = await isStoreAnother(sql, blobs, this.#claim.id);
    if (missing) await this.#missed(missing);
    return missing !== null;
  }

  /** The version that serves, also where only the registry knows of it. */
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

const MACHINE = {
  dependency: "MACHINE",
  state: "the trainer's machine could not begin a training",
  refused: false,
} as const;
