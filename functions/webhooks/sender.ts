/**
 * Sends what is due in the outbox: signed, to public addresses, again after a while where it failed.
 * At least once, in no order: a sender that dies leaves its claims to others when the lease ends,
 * and what failed comes again after what came later. It also erases what the log has kept enough.
 */
import type { Sql } from "postgres";
import type { LogEntry } from "../http/service.ts";
import {
  type Attempt,
  claimDeliveries,
  type ClaimedDelivery,
  disableEndpoint,
  recordAttempt,
  releaseDelivery,
} from "./deliveries.ts";
import { postWebhook, type PostWebhookDeps } from "./post_webhook.ts";
import { eraseOld } from "./retention.ts";
import { createPlaces } from "./sender_places.ts";

export interface SenderDeps extends PostWebhookDeps {
  sql: Sql;
  /** Chance from 0 to 1, exclusive: `Math.random`. */
  random: () => number;
  log: (entry: LogEntry) => void;
  /** How often it looks by itself, in case it was not woken. */
  pollMs?: number;
}

export interface Sender {
  /** Sends until `stopping`; then claims nothing more and finishes or gives back what it holds. */
  run(stopping: AbortSignal): Promise<void>;
  /** The same, but ends when nothing more is due, and erases nothing. */
  drain(stopping: AbortSignal): Promise<void>;
  /** There may be something due. */
  wake(): void;
}

/** Endpoints of one owner that are sent to at a time, and requests to each. */
const OF_OWNER = 8;
const EACH = 4;
/** Longer than an attempt can take. */
const LEASE_SECONDS = 30;
/** How long requests in flight may go on once the sender is to stop. */
const STOP_MS = 5_000;

/** How often old rows of the log are erased. */
const ERASE_MS = 10 * 60_000;

/** Seconds to wait after each failed attempt but the last: ten attempts in three days. */
const SCHEDULE = [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400];

/** A sender that has not begun. */
export function createSender({ sql, random, log, pollMs = 1_000, ...deps }: SenderDeps): Sender {
  let wakeUp = () => {};
  let woken = false;
  const wake = () => {
    woken = true;
    wakeUp();
  };

  async function send(stopping: AbortSignal, { untilIdle }: { untilIdle: boolean }) {
    const places = createPlaces(deps.clock);
    const cut = new AbortController();
    let cutTimer: ReturnType<typeof setTimeout> | undefined;
    const stop = () => {
      cutTimer = setTimeout(() => cut.abort(), STOP_MS);
      wake();
    };
    if (stopping.aborted) return;
    stopping.addEventListener("abort", stop, { once: true });

    let eraseAt = untilIdle ? Infinity : deps.clock();
    while (!stopping.aborted) {
      woken = false;
      if (deps.clock() >= eraseAt) {
        eraseAt = deps.clock() + ERASE_MS;
        erase();
      }
      const claimed = await claim(places.free(), places.busy());
      const lanes = Map.groupBy(claimed, ({ endpoint_id }) => endpoint_id);
      for (const [endpointId, deliveries] of lanes) {
        const work = Promise.all(deliveries.map((delivery) => deliver(delivery, cut.signal)));
        places.take(endpointId, work).then(wake);
      }
      if (untilIdle && places.busy().length === 0) break;
      if (!woken) await sleep();
    }
    stopping.removeEventListener("abort", stop);
    await Promise.all([places.empty(), erasing]);
    clearTimeout(cutTimer);
  }

  async function claim(endpoints: number, busy: string[]): Promise<ClaimedDelivery[]> {
    if (endpoints === 0) return [];
    try {
      return await claimDeliveries(sql, {
        ...{ endpoints, busy },
        each: EACH,
        ofOwner: OF_OWNER,
        leaseSeconds: LEASE_SECONDS,
      });
    } catch (error) {
      log({ level: "error", message: `The outbox cannot be read: ${wordsOf(error)}` });
      return [];
    }
  }

  async function deliver(delivery: ClaimedDelivery, cut: AbortSignal): Promise<void> {
    try {
      const { attempt, retryAfter } = await postWebhook(delivery, { ...deps, cut });
      if (cut.aborted && attempt.statusCode === null) {
        await releaseDelivery(sql, delivery);
        return;
      }
      const next = nextOf(attempt, { attempts: delivery.attempts + 1, retryAfter, random });
      await recordAttempt(sql, delivery, { attempt, next });
      log({
        level: "info",
        message: `webhook ${delivery.type} ${attempt.statusCode ?? "unanswered"}`,
        service: "webhooks",
        request_id: delivery.request_id,
        webhook_id: delivery.webhook_id,
        ms: attempt.durationMs,
      });
      if (next !== "DELIVERED") await disableWhereHopeless(delivery, attempt);
    } catch (error) {
      // Its lease ends by itself, and it is sent again.
      log({ level: "error", message: `An attempt was not recorded: ${wordsOf(error)}` });
    }
  }

  async function disableWhereHopeless(
    { endpoint_id }: ClaimedDelivery,
    { statusCode }: Attempt,
  ): Promise<void> {
    const gone = statusCode === 410;
    if (await disableEndpoint(sql, { endpointId: endpoint_id, gone })) {
      log({ level: "info", message: "An endpoint was switched off.", endpoint_id, gone });
    }
  }

  let erasing = Promise.resolve();

  function erase(): void {
    erasing = erasing.then(() => eraseOld(sql)).then(() => {}, (error) => {
      log({ level: "error", message: `The log's old rows stay: ${wordsOf(error)}` });
    });
  }

  /** Until woken, or for as long as a poll takes. */
  function sleep(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, pollMs);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  return {
    run: (stopping) => send(stopping, { untilIdle: false }),
    drain: (stopping) => send(stopping, { untilIdle: true }),
    wake,
  };
}

/**
 * What follows an attempt: 2xx is DELIVERED, 410 says that nobody wants more, all else is tried
 * again after the schedule's wait ±20 %, or later where Retry-After says so, ten times in all.
 */
export function nextOf(
  { statusCode }: Pick<Attempt, "statusCode">,
  { attempts, retryAfter, random }: {
    /** This one included. */
    attempts: number;
    /** Seconds. */
    retryAfter: number | null;
    random: () => number;
  },
): "DELIVERED" | "FAILED" | number {
  if (statusCode !== null && statusCode >= 200 && statusCode < 300) return "DELIVERED";
  if (statusCode === 410 || attempts > SCHEDULE.length) return "FAILED";
  const wait = SCHEDULE[attempts - 1] * (0.8 + 0.4 * random());
  return Math.max(wait, retryAfter ?? 0);
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
