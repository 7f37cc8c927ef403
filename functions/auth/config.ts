import { z } from "zod";
import { trustedProxies } from "../http/client_address.ts";
import { port, readConfig, secret, SERVICE_SETTINGS } from "../http/config.ts";

/** Settings of the auth service. */
export type AuthConfig = ReturnType<typeof authConfig>;

/** Settings of password hashing. */
export const PASSWORD_SETTINGS = {
  PASSWORD_PEPPER: secret(),
  // A lower cost makes a stolen table too fast to crack; 31 is bcrypt's maximum.
  BCRYPT_COST: z.coerce.number("must be a number").int().min(10).max(31).default(12),
};

/** @throws {ConfigError} naming each invalid setting. */
export function authConfig(record: Record<string, string | undefined>) {
  return readConfig({
    ...SERVICE_SETTINGS,
    AUTH_PORT: port(8080),
    ...PASSWORD_SETTINGS,
    SIGNUP: z.enum(["open", "closed"], "must be open or closed").default("open"),
    TRUSTED_PROXIES: trustedProxies(),
  }, record);
}
