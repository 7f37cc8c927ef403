import postgres from "postgres";
import { fromEnvironment, log, serve } from "../http/deno.ts";
import { createApp } from "./app.ts";
import { authConfig } from "./config.ts";
import { createPasswords } from "./passwords.ts";

const config = fromEnvironment(authConfig);
const sql = postgres(config.DATABASE_URL, { max: 10, connect_timeout: 10, onnotice: () => {} });
const previous = config.JWT_SECRET_PREVIOUS;
const app = createApp({
  sql,
  passwords: createPasswords({ pepper: config.PASSWORD_PEPPER, cost: config.BCRYPT_COST }),
  jwtSecrets: [config.JWT_SECRET, ...(previous ? [previous] : [])],
  signup: config.SIGNUP,
  dashboardOrigin: config.DASHBOARD_ORIGIN,
  log,
});

serve(app.fetch, {
  name: "auth",
  host: config.HOST,
  port: config.AUTH_PORT,
  close: () => sql.end({ timeout: 1 }),
});
