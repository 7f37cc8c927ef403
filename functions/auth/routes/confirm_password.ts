import type { Context } from "hono";
import type { IdentityEnv } from "../../http/identity/identity.ts";
import { invalidInput } from "../../http/service/service.ts";
import { callerOf } from "../caller.ts";
import type { AuthDeps } from "../deps.ts";
import { limited } from "../password_limit.ts";
import { sessionEnded } from "./by_account.ts";
import { findUser, type UserWithPassword } from "../users.ts";

/**
 * Returns the caller's account if `password` is its password. Wrong ones count towards the limit of
 * sign-ins.
 * @throws {Problem} 422 if the password is wrong, 401 if the account was deleted, 429 above the
 * limit.
 */
export async function confirmPassword(
  { sql, passwords, trustedProxies }: Pick<AuthDeps, "sql" | "passwords" | "trustedProxies">,
  c: Context<IdentityEnv>,
  password: string,
): Promise<UserWithPassword> {
  const user = await findUser(sql, c.var.ownerId);
  if (!user) throw sessionEnded();
  const { address } = callerOf(c, trustedProxies);
  const failure = { action: "account.password_refused", detail: { address } };
  const isRight = await limited(sql, { email: user.email, address, failure }, async () => (
    await passwords.verify(password, user.password) ? { found: true } : { refused: user.id }
  ));
  if (!isRight) {
    throw invalidInput([{ pointer: "/password", detail: "is not the account's password" }]);
  }
  return user;
}
