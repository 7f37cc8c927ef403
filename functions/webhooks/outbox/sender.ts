/**
 * Sends due deliveries: signed, to public addresses, with retries. Delivery is at least once and
 * unordered: claims of a sender that died pass to others when the lease expires, and retries come
 * after later events. It also enforces the retention of the delivery log.
 */
import type { Sql } from "postgres";
import type { LogEntry } from "../../http/service/service.ts";
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
  /** Random number in [0, 1): `Math.random`. */
  random: () => number;
  log: (entry: LogEntry) => void;
  /** Polling interval, in case a wake-up is missed. */
  pollMs?: number;
}

export interface Sender {
  /** Sends until `stopping`; then claims nothing more, and finishes or releases its deliveries. */
  run(stopping: AbortSignal): Promise<void>;
  /** Like `run`, but ends when nothing is due, and deletes nothing. */
  drain(stopping: AbortSignal): Promise<void>;
  /** Signals that a delivery may be due. */
  wake(): void;
}

/** Maximum concurrent endpoints of one owner, and requests to each endpoint. */
const OF_OWNER = 8;
const EACH = 4;
/** Longer than the time limit of an attempt. */
const LEASE_SECONDS = 30;
/** Time for requests in flight after `stopping`, in ms. */
const STOP_MS = 5_000;

/** Interval between deletions of old log rows, in ms. */
const ERASE_MS = 10 * 60_000;

/** Seconds to wait after each failed attempt but the last: ten attempts in three days. */
const SCHEDULE = [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400];

/** Returns a sender that is not running. */
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
      const { attempt, retryAfter, cause } = await postWebhook(delivery, { ...deps, cut });
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
        ...(cause !== undefined && { cause: wordsOf(cause) }),
      });
      if (next !== "DELIVERED") await disableWhereHopeless(delivery, attempt);
    } catch (error) {
      // The lease expires, and the delivery is sent again.
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
      log({
        level: "error",
        message: `Old rows of the log could not be deleted: ${wordsOf(error)}`,
      });
    });
  }

  /** Resolves when woken, or after the polling interval. */
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
 * Returns the status after an attempt, or the seconds until the next one. 2xx is DELIVERED, 410 is
 * FAILED; others are retried after the schedule's wait ±20 % or a longer Retry-After, ten in all.
 */
export function nextOf(
  { statusCode }: Pick<Attempt, "statusCode">,
  { attempts, retryAfter, random }: {
    /** Number of attempts, including this one. */
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
