import { lookup } from "node:dns/promises";
import { databaseOf, fromEnvironment, log, serve } from "../http/deno.ts";
import { createApp } from "./app.ts";
import { webhooksConfig } from "./config.ts";
import { createPinnedRequest } from "../http/outgoing/pinned_request.ts";
import { createRecommender } from "./calls/recommender.ts";
import { createSender } from "./outbox/sender.ts";
import { createVisitorLimit } from "./calls/visitor_limit.ts";

const config = fromEnvironment(webhooksConfig);
const sql = databaseOf("webhooks", config.DATABASE_URL);
const previous = config.JWT_SECRET_PREVIOUS;
const shared = {
  secretKey: config.AIREC_SECRET_KEY,
  allowLoopback: config.WEBHOOKS_ALLOW_LOOPBACK,
};

const app = createApp({
  ...shared,
  sql,
  recommender: createRecommender({
    url: config.RECOMMENDER_URL,
    secret: config.SERVICE_SECRET,
    fetch,
  }),
  jwtSecrets: [config.JWT_SECRET, ...(previous ? [previous] : [])],
  trustedProxies: config.TRUSTED_PROXIES,
  takeVisit: createVisitorLimit({
    calls: config.VISITOR_CALLS,
    clock: () => performance.now(),
  }),
  dashboardOrigin: config.DASHBOARD_ORIGIN,
  log,
});

const sender = createSender({
  ...shared,
  sql,
  send: createPinnedRequest(),
  resolve: async (name) => (await lookup(name, { all: true })).map(({ address }) => address),
  clock: Date.now,
  random: Math.random,
  log,
});
const stopping = new AbortController();
const sending = sender.run(stopping.signal);
// The sender also polls, so without notifications it is only slower.
sql.listen("webhooks_due", sender.wake, sender.wake).catch(() =>
  log({ level: "error", message: "The database does not notify: the outbox is polled." })
);

if (config.WEBHOOKS_ALLOW_LOOPBACK) {
  log({ level: "info", message: "Webhooks may be sent to this machine: WEBHOOKS_ALLOW_LOOPBACK." });
}

serve(app.fetch, {
  name: "webhooks",
  host: config.HOST,
  sharePort: config.SHARE_PORT,
  port: config.WEBHOOKS_PORT,
  stop: () => {
    stopping.abort();
    return sending;
  },
  close: () => sql.end({ timeout: 1 }),
});
