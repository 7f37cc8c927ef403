import { databaseOf, fromEnvironment, log, serve } from "../http/deno.ts";
import { createApp } from "./app.ts";
import { bcryptInThreads } from "./bcrypt.ts";
import { authConfig } from "./config.ts";
import { createPasswords } from "./passwords.ts";

const config = fromEnvironment(authConfig);
const sql = databaseOf("auth", config.DATABASE_URL);
// Half of the cores, at least one: sign-ins leave capacity for other requests.
const concurrency = Math.max(1, navigator.hardwareConcurrency >> 1);
const previous = config.JWT_SECRET_PREVIOUS;
const app = createApp({
  sql,
  passwords: createPasswords({
    pepper: config.PASSWORD_PEPPER,
    cost: config.BCRYPT_COST,
    bcrypt: bcryptInThreads(concurrency),
    concurrency,
  }),
  jwtSecrets: [config.JWT_SECRET, ...(previous ? [previous] : [])],
  signup: config.SIGNUP,
  trustedProxies: config.TRUSTED_PROXIES,
  dashboardOrigin: config.DASHBOARD_ORIGIN,
  log,
});

serve(app.fetch, {
  name: "auth",
  host: config.HOST,
  sharePort: config.SHARE_PORT,
  port: config.AUTH_PORT,
  close: () => sql.end({ timeout: 1 }),
});
