/** The apps of all three services in the test's process. */
import { createApp as createAuth } from "../../functions/auth/app.ts";
import { createPasswords } from "../../functions/auth/passwords.ts";
import { createApp as createWebhooks } from "../../functions/webhooks/app.ts";
import { createRecommender } from "../../functions/webhooks/calls/recommender.ts";
import { DASHBOARD, PEPPER, SECRET as AUTH_SECRET } from "../auth_service.ts";
import { SECRET, SERVICE_SECRET, type TestRecommender } from "../recommender.ts";
import { SECRET_KEY } from "../webhooks_service.ts";

/** Returns auth, recommender and webhooks on one database; webhooks asks this recommender. */
export function appSet(recommender: TestRecommender) {
  const shared = {
    sql: recommender.service,
    trustedProxies: [],
    dashboardOrigin: DASHBOARD,
    log: () => {},
  };
  return {
    auth: createAuth({
      ...shared,
      passwords: createPasswords({ pepper: PEPPER, cost: 4 }),
      jwtSecrets: [AUTH_SECRET],
      signup: "open",
    }),
    recommender: recommender.app,
    webhooks: createWebhooks({
      ...shared,
      recommender: createRecommender({
        url: "http://recommender.test",
        secret: SERVICE_SECRET,
        fetch: (url, init) => Promise.resolve(recommender.app.request(url as string, init)),
      }),
      jwtSecrets: [SECRET],
      secretKey: SECRET_KEY,
      allowLoopback: true,
    }),
  };
}
