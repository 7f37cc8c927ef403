import { answerBy, log, oneRequestRouter, readOnce } from "../http/worker.ts";
import { createApp } from "./app.ts";
import { authConfig } from "./config.ts";
import { createPasswords } from "./passwords.ts";

const configOf = readOnce(authConfig);

export default {
  fetch: answerBy(({ settings, sql }) => {
    const config = configOf(settings);
    const previous = config.JWT_SECRET_PREVIOUS;
    return createApp({
      sql,
      passwords: createPasswords({ pepper: config.PASSWORD_PEPPER, cost: config.BCRYPT_COST }),
      jwtSecrets: [config.JWT_SECRET, ...(previous ? [previous] : [])],
      signup: config.SIGNUP,
      trustedProxies: config.TRUSTED_PROXIES,
      dashboardOrigin: config.DASHBOARD_ORIGIN,
      log,
      router: oneRequestRouter(),
    });
  }),
};
