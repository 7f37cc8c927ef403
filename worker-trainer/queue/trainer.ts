/** The trainer's loop: claims what is due, has it trained, keeps its lease, and says how it ended. */
import type { Sql } from "postgres";
import { makeChampion, type Registry } from "../../functions/recommender/registry/registry.ts";
import { Bell } from "../bell.ts";
import {
  beat,
  type Claim,
  claimProject,
  fail,
  FAILURES_ALLOWED,
  finish,
  noteCleaned,
  type Outcome,
  type Progress,
  refuse,
  release,
  retryLater,
} from "./claim.ts";
import type { Log } from "../trainer_log.ts";
import type { Ending, Order, TrainingOptions } from "./training_process.ts";

export interface TrainerOptions {
  sql: Sql;
  registry: Registry;
  installation: string;
  /** `trainInProcess`. */
  train: (order: Order, options: TrainingOptions) => Promise<Ending>;
  log: Log;
  /** Milliseconds between two looks at the queue when nothing wakes the trainer. */
  pollMs?: number;
  heartbeatMs?: number;
}

/** Trains until `stop` is aborted; then gives back what it holds and returns. */
export async function runTrainer(options: TrainerOptions, stop: AbortSignal): Promise<void> {
  const { sql, log, pollMs = 2_000 } = options;
  const bell = new Bell(stop);
  let pulse: Pulse | undefined;
  // It rings for what is queued, and for what is cancelled, mended or deleted: then a beat finds
  // the claim gone. A pooled connection may not hear it: polling and the heartbeat are the backstop.
  const hear = () => {
    bell.ring();
    pulse?.beat();
  };
  const listening = await sql.listen("recommender_queue", hear).catch(() => null);
  while (!stop.aborted) {
    try {
      const claim = await claimProject(sql);
      if (claim) await attend(claim, options, { stop, onPulse: (its) => pulse = its });
      else await bell.wait(pollMs);
    } catch (error) {
      log({ level: "error", message: (error as Error).message });
      await bell.wait(pollMs);
    }
  }
  await listening?.unlisten().catch(() => {});
}

interface Attendance {
  stop: AbortSignal;
  /** Told the pulse of the claim, and that there is none any more. */
  onPulse: (pulse: Pulse | undefined) => void;
}

/** Sees one claim through to its end. */
async function attend(
  claim: Claim,
  options: TrainerOptions,
  { stop, onPulse }: Attendance,
): Promise<void> {
  const { sql, installation, log, heartbeatMs = 5_000 } = options;
  const about = { project: claim.id, training: claim.training_id, attempt: claim.attempt };
  if (claim.failures >= FAILURES_ALLOWED) {
    await fail(
      sql,
      claim,
      `The training ended its trainer ${FAILURES_ALLOWED} times, the last time without a word.`,
    );
    return log({ level: "error", message: "training given up", ...about });
  }
  log({ level: "info", message: "training claimed", ...about });

  const lost = new AbortController();
  const pulse = new Pulse(async (progress) => {
    // A database that is away for a moment loses no claim: the lease is longer than that.
    if (!await beat(sql, claim, progress).catch(() => true)) lost.abort();
  });
  // The files are noted one by one as the process cleans them, and before its end is.
  let cleaned = Promise.resolve(true);
  const heart = setInterval(() => pulse.beat(), heartbeatMs);
  onPulse(pulse);
  let ending: Ending;
  try {
    ending = await options.train({ claim, installation }, {
      signal: AbortSignal.any([stop, lost.signal]),
      onProgress: (progress) => pulse.report(progress),
      onCleaned(file) {
        cleaned = cleaned.then(async (held) => held && await noteCleaned(sql, claim, file));
        cleaned.then((held) => held || lost.abort(), () => lost.abort());
      },
    });
  } finally {
    clearInterval(heart);
    onPulse(undefined);
    await pulse.settled();
  }
  if (!await cleaned) return;

  if (stop.aborted && ending.type === "stopped") await release(sql, claim);
  else if (ending.type === "published") {
    // The fence before the alias: a trainer that lost its claim moves nothing.
    if (!await beat(sql, claim, { stage: "publishing", progress: 1 })) return;
    await promote(claim, ending.outcome, options).catch((error) =>
      retryLater(sql, claim, error.message)
    );
  } else if (ending.type === "unusable") {
    await fail(sql, claim, ending.sentence, ending.receipts);
  } else if (ending.type === "unavailable") await retryLater(sql, claim, ending.reason);
  else if (ending.type === "crashed") await retryLater(sql, claim, ending.reason);
  log({
    level: ending.type === "crashed" ? "error" : "info",
    message: `training ${ending.type}`,
    ...about,
  });
}

/**
 * Makes a published version the champion, or the challenger where it was refused, and says so in
 * the database.
 */
async function promote(
  claim: Claim,
  outcome: Outcome,
  { sql, registry }: TrainerOptions,
): Promise<void> {
  const { model, forgetting } = claim;
  if (outcome.refused !== undefined) {
    await registry.setAlias(model, "challenger", outcome.version);
    return void await refuse(sql, claim, outcome);
  }
  await makeChampion(registry, model, outcome.version);
  const others = forgetting ? await registry.versions(model) : [];
  const outdated = others.map(({ version }) => version).filter((v) => v !== outcome.version);
  await finish(sql, claim, { ...outcome, outdated });
}

/** Writes the latest progress: when asked to, at each new stage, else at most twice a second. */
class Pulse {
  #write: (progress: Progress) => Promise<void>;
  #latest: Progress = { stage: "starting", progress: 0 };
  #written = 0;
  #writing = Promise.resolve();
  #waits = false;

  constructor(write: (progress: Progress) => Promise<void>) {
    this.#write = write;
  }

  report(progress: Progress): void {
    const due = progress.stage !== this.#latest.stage || Date.now() - this.#written > 500;
    this.#latest = progress;
    if (due) this.beat();
  }

  /** One write after the other, so that progress never goes back. */
  beat(): void {
    this.#written = Date.now();
    // The one that waits will write the latest.
    if (this.#waits) return;
    this.#waits = true;
    this.#writing = this.#writing.then(() => {
      this.#waits = false;
      return this.#write(this.#latest);
    });
  }

  settled(): Promise<void> {
    return this.#writing;
  }
}
