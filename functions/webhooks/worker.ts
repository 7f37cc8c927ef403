import { resolve4, resolve6 } from "node:dns/promises";
import type { Sql } from "postgres";
import { sessionMemory } from "../http/identity/live_sessions.ts";
import {
  answerBy,
  callOf,
  type ExecutionContext,
  log,
  oneRequestRouter,
  readOnce,
  type WorkerEnv,
} from "../http/worker.ts";
import { createApp } from "./app.ts";
import { type WebhooksConfig, webhooksConfig } from "./config.ts";
import { createRecommender, type Recommender } from "./calls/recommender.ts";
import { eraseOld } from "./outbox/retention.ts";
import { createSender } from "./outbox/sender.ts";
import { useMemory } from "./calls/keyed.ts";
import { createVisitorLimit, type TakeVisit, type Visit } from "./calls/visitor_limit.ts";

interface Env extends WorkerEnv {
  /** The recommender's Worker. */
  RECOMMENDER: { fetch: typeof fetch };
  /** The platform's rate limiter for address and publishable key. */
  VISITORS?: RateLimiter;
}

/** Cloudflare's rate limiting binding; its limit is configured in wrangler.toml. */
interface RateLimiter {
  limit(call: { key: string }): Promise<{ success: boolean }>;
}

/** Part of a request's 30 seconds of background time; the rest is for deliveries in flight. */
const DRAIN_MS = 10_000;
/** The scheduled event fires every minute. */
const SCHEDULED_DRAIN_MS = 40_000;

/** State that outlives a request: settings, caches, and tokens for the recommender. */
const configOf = readOnce(webhooksConfig);
let recommender: Recommender | undefined;
const sessions = sessionMemory();
const uses = useMemory();
let visits: ReturnType<typeof createVisitorLimit> | undefined;

export default {
  fetch(request: Request, env: Env, context: ExecutionContext): Promise<Response> {
    return answer(request, env, context);
  },

  async scheduled(_timer: unknown, env: Env, context: ExecutionContext): Promise<void> {
    await callOf({ env, context }, async ({ settings, sql }) => {
      await senderOf(sql, configOf(settings)).drain(AbortSignal.timeout(SCHEDULED_DRAIN_MS));
      await eraseOld(sql);
    });
  },
};

const answer = answerBy<Env>(({ env, settings, sql, background }) => {
  const config = configOf(settings);
  const previous = config.JWT_SECRET_PREVIOUS;
  return createApp({
    sql,
    recommender: recommender ??= createRecommender({
      url: "http://recommender",
      secret: config.SERVICE_SECRET,
      fetch: (...request) => env.RECOMMENDER.fetch(...request),
    }),
    jwtSecrets: [config.JWT_SECRET, ...(previous ? [previous] : [])],
    secretKey: config.AIREC_SECRET_KEY,
    allowLoopback: config.WEBHOOKS_ALLOW_LOOPBACK,
    leases: false,
    trustedProxies: config.TRUSTED_PROXIES,
    takeVisit: visitsBy(env.VISITORS, config.VISITOR_CALLS),
    // Sends a request's deliveries at once; the scheduled event sends those that remain.
    due: () => background(senderOf(sql, config).drain(AbortSignal.timeout(DRAIN_MS))),
    dashboardOrigin: config.DASHBOARD_ORIGIN,
    log,
    sessions,
    uses,
    router: oneRequestRouter(),
  });
});

/**
 * Limits units in the isolate, by a visitor's share of the key's limit; calls allowed there are
 * also counted by the platform, for all isolates of a location.
 */
function visitsBy(limiter: RateLimiter | undefined, calls: number): TakeVisit {
  const take = visits ??= createVisitorLimit({ calls, clock: Date.now });
  return Object.assign(async (visit: Visit) => {
    const allowance = take(visit);
    if (!limiter || !allowance.allowed) return allowance;
    const { success } = await limiter.limit({
      key: `${visit.counts} ${visit.keyId} ${visit.address}`,
    });
    return success ? allowance : { ...allowance, allowed: false, remaining: 0 };
  }, { charge: take.charge });
}

/** The runtime reaches no private network, so `fetch` may resolve the name again. */
function senderOf(sql: Sql, config: WebhooksConfig) {
  return createSender({
    sql,
    secretKey: config.AIREC_SECRET_KEY,
    allowLoopback: config.WEBHOOKS_ALLOW_LOOPBACK,
    send: (url, { headers, body, signal }) =>
      fetch(url, { method: "POST", headers, body, signal, redirect: "manual" }),
    resolve: async (name) => {
      const found = await Promise.allSettled([resolve4(name), resolve6(name)]);
      return found.flatMap((one) => one.status === "fulfilled" ? one.value : []);
    },
    clock: Date.now,
    random: Math.random,
    log,
  });
}
