import { z } from "zod";
import { trustedProxies } from "../http/client_address.ts";
import { port, readConfig, secret, SERVICE_SETTINGS } from "../http/config.ts";

/** What the auth service is told. */
export type AuthConfig = ReturnType<typeof authConfig>;

/** How passwords are made into hashes. */
export const PASSWORD_SETTINGS = {
  PASSWORD_PEPPER: secret(),
  // Under 10 a stolen table is guessed too fast; 31 is where bcrypt ends.
  BCRYPT_COST: z.coerce.number("must be a number").int().min(10).max(31).default(12),
};

/** @throws {ConfigError} that names each setting at fault. */
export function authConfig(record: Record<string, string | undefined>) {
  return readConfig({
    ...SERVICE_SETTINGS,
    AUTH_PORT: port(8080),
    ...PASSWORD_SETTINGS,
    SIGNUP: z.enum(["open", "closed"], "must be open or closed").default("open"),
    TRUSTED_PROXIES: trustedProxies(),
  }, record);
}
