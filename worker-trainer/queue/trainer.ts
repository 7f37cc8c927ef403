/** The trainer's main loop: claims trainings while it has free places, and runs each to its end. */
import { boundedSettings, SETTING_LIMITS } from "../../functions/recommender/projects/settings.ts";
import { release } from "../../functions/recommender/projects/training_states.ts";
import { Bell } from "../runtime/bell.ts";
import { attend, type Attended, type AttendOptions } from "./attend.ts";
import { type Claim, claimProject } from "./claim.ts";
import { Contact } from "./contact.ts";
import { Dependencies } from "./dependencies.ts";
import { Places } from "./places.ts";
import type { QueueRules } from "./queue_config.ts";
import { memoryAllowed } from "./training_memory.ts";
import { sayGoodbye, sayHere } from "./trainer_row.ts";

export interface TrainerOptions extends Omit<AttendOptions, "bytes" | "mayHoldMore"> {
  /** The id of this process in `recommender.trainers`. */
  trainerId?: string;
  /** Rules set by the operator; see `queueRules`. */
  rules?: Pick<QueueRules, "settingLimits" | "runningOfOne">;
  /** Memory limit of its trainings together, in bytes; the machine's memory by default. */
  memory?: number;
  /** Interval of polling the queue without a notification, in milliseconds. */
  pollMs?: number;
}

/** Interval of reporting the trainer as alive, in milliseconds. */
const HERE_MS = 5_000;

/** Trains until `stop` is aborted; then releases its claims and returns. */
export async function runTrainer(options: TrainerOptions, stop: AbortSignal): Promise<void> {
  const { sql, log, pollMs = 2_000, trainerId = crypto.randomUUID(), rules } = options;
  using contact = new Contact();
  const bell = new Bell(stop);
  const dependencies = new Dependencies({ ...options, trainerId });
  const places = new Places<Attended>(options.memory);
  // Notified of trainings queued, and of projects cancelled, repaired or deleted, whose claim a
  // heartbeat finds lost. A pooled connection may miss it: polling and heartbeats are the backstop.
  const hear = () => {
    bell.ring();
    for (const training of places.taken) training.beat();
  };
  const listening = await sql.listen("recommender_queue", hear).catch(() => null);
  let lastNews = "";
  let loggedAt = 0;
  /** Reports this trainer as alive, at once if the unavailable dependency has changed. */
  const here = async () => {
    const { pause } = dependencies;
    const news = JSON.stringify(pause);
    if (news === lastNews && Date.now() - loggedAt < HERE_MS) return;
    await sayHere(sql, { id: trainerId, pause });
    [lastNews, loggedAt] = [news, Date.now()];
  };

  let fault = "";
  while (!stop.aborted) {
    let claim: Claim | null = null;
    try {
      const areThere = await dependencies.areThere();
      await contact.over(here());
      const place = places.free;
      if (areThere && place) {
        claim = await contact.over(
          claimProject(sql, {
            trainerId,
            runningOfOne: rules?.runningOfOne,
            ...place,
            withAbandoned: contact.isSteady,
          }),
        );
      }
      fault = "";
    } catch (error) {
      const { message } = error as Error;
      if (message !== fault) log({ level: "error", message });
      fault = message;
    }
    if (claim && stop.aborted) {
      await release(sql, claim).catch(() => {});
    } else if (claim) {
      claim.settings = boundedSettings(claim.settings, rules?.settingLimits ?? SETTING_LIMITS);
      const training = attend(claim, { ...options, ...memoryFor(claim, places) }, {
        contact,
        dependencies,
        stop,
      });
      places.take(training, claim);
      training.ended.then(() => bell.ring());
    } else {
      await bell.wait(dependencies.pause ? Math.min(pollMs, 500) : pollMs);
    }
  }
  await Promise.all(Array.from(places.taken, ({ ended }) => ended));
  await listening?.unlisten().catch(() => {});
  await sayGoodbye(sql, trainerId).catch(() => {});
}

/** Returns the memory limit of a claim in bytes, and whether it would be higher after a failure. */
function memoryFor(
  claim: Claim,
  places: Places<Attended>,
): Pick<AttendOptions, "bytes" | "mayHoldMore"> {
  const { settings: { memory_limit: limit }, failures } = claim;
  const bytes = memoryAllowed(limit, places.memoryOf(claim));
  const next = memoryAllowed(limit, places.memoryOf({ ...claim, failures: failures + 1 }));
  return { bytes, mayHoldMore: next > bytes };
}
