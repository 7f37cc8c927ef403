/** The trainer's loop: claims what is due as it has places, and has it seen through. */
import { boundedSettings, SETTING_LIMITS } from "../../functions/recommender/settings.ts";
import { Bell } from "../bell.ts";
import { attend, type Attended, type AttendOptions } from "./attend.ts";
import { type Claim, claimProject, release } from "./claim.ts";
import { Contact } from "./contact.ts";
import { Dependencies } from "./dependencies.ts";
import { Places } from "./places.ts";
import type { QueueRules } from "./queue_config.ts";
import { memoryAllowed } from "./training_memory.ts";
import { sayGoodbye, sayHere } from "./trainer_row.ts";

export interface TrainerOptions extends Omit<AttendOptions, "bytes" | "mayHoldMore"> {
  /** Of this process among `recommender.trainers`. */
  trainerId?: string;
  /** What the operator set; `queueRules`. */
  rules?: Pick<QueueRules, "settingLimits" | "runningOfOne">;
  /** Bytes of memory that its trainings may hold together; the machine's by default. */
  memory?: number;
  /** Milliseconds between two looks at the queue when nothing wakes the trainer. */
  pollMs?: number;
}

/** A trainer says that it is there so often, in milliseconds. */
const HERE_MS = 5_000;

/** Trains until `stop` is aborted; then gives back what it holds and returns. */
export async function runTrainer(options: TrainerOptions, stop: AbortSignal): Promise<void> {
  const { sql, log, pollMs = 2_000, trainerId = crypto.randomUUID(), rules } = options;
  using contact = new Contact();
  const bell = new Bell(stop);
  const dependencies = new Dependencies({ ...options, trainerId });
  const places = new Places<Attended>(options.memory);
  // It rings for what is queued, and for what is cancelled, mended or deleted: then a beat finds
  // the claim gone. A pooled connection may not hear it: polling and the heartbeat are the backstop.
  const hear = () => {
    bell.ring();
    for (const training of places.taken) training.beat();
  };
  const listening = await sql.listen("recommender_queue", hear).catch(() => null);
  let said = "";
  let saidAt = 0;
  /** Says that it is there, at once where what it misses is another than before. */
  const here = async () => {
    const { pause } = dependencies;
    const news = JSON.stringify(pause);
    if (news === said && Date.now() - saidAt < HERE_MS) return;
    await sayHere(sql, { id: trainerId, pause });
    [said, saidAt] = [news, Date.now()];
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
            shortOnly: place === "short",
            withLeft: contact.isSteady,
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

/** The bytes that a claim may hold in its place, and whether it may hold more once a try is lost. */
function memoryFor(
  claim: Claim,
  places: Places<Attended>,
): Pick<AttendOptions, "bytes" | "mayHoldMore"> {
  const { settings: { memory_limit: limit }, failures } = claim;
  const bytes = memoryAllowed(limit, places.memoryOf(claim));
  const next = memoryAllowed(limit, places.memoryOf({ ...claim, failures: failures + 1 }));
  return { bytes, mayHoldMore: next > bytes };
}
