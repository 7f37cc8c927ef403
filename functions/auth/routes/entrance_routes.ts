/** Routes without an access token: sign-up, login, refresh and logout. */
import { createRoute } from "@hono/zod-openapi";
import { accountActor } from "../../http/identity/identity.ts";
import { ownedBy } from "../../http/database/owned_by.ts";
import { Problem, problemResponses } from "../../http/problem.ts";
import { OPEN } from "../../http/identity/roles.ts";
import { createRoutes } from "../../http/service/service.ts";
import type { AuthDeps } from "../deps.ts";
import { note } from "../audit.ts";
import { callerOf } from "../caller.ts";
import { limited } from "../password_limit.ts";
import {
  clearRefreshCookie,
  readRefreshCookie,
  requireDashboardOrigin,
  setRefreshCookie,
} from "../refresh_cookie.ts";
import { endSession, refreshSession, startSession } from "../sessions.ts";
import { countSignup } from "../signup_limit.ts";
import { mintAccessToken } from "../tokens.ts";
import { addUser, findUserByEmail, renewHash, useOneTimePassword } from "../users.ts";
import { body, Done, json, LoggedIn, Login, Signup } from "./schemas.ts";

const signup = createRoute({
  ...OPEN,
  method: "post",
  operationId: "signUp",
  path: "/signup",
  summary: "Creates an account.",
  request: body(Signup),
  responses: {
    201: json("Created", Done),
    ...problemResponses("malformed_request", "forbidden", "conflict", "too_large"),
    ...problemResponses("unsupported_media_type", "invalid_input", "too_many_requests"),
    ...problemResponses("unavailable"),
  },
});

const login = createRoute({
  ...OPEN,
  method: "post",
  operationId: "logIn",
  path: "/login",
  summary:
    "Returns an access token for an email address and password, and sets a refresh token as a " +
    "cookie.",
  request: body(Login),
  responses: {
    200: json("Signed in", LoggedIn),
    ...problemResponses("malformed_request", "unauthenticated", "too_large"),
    ...problemResponses("unsupported_media_type", "invalid_input", "too_many_requests"),
    ...problemResponses("unavailable"),
  },
});

const refresh = createRoute({
  ...OPEN,
  method: "post",
  operationId: "refreshSession",
  path: "/refresh",
  summary:
    "Returns a new access token for the refresh token in the cookie, and replaces the refresh " +
    "token.",
  description: "Only for the dashboard: `Origin` must be the dashboard's.",
  responses: {
    200: json("Still signed in", LoggedIn),
    ...problemResponses("unauthenticated", "forbidden", "unavailable"),
  },
});

const logout = createRoute({
  ...OPEN,
  method: "post",
  operationId: "logOut",
  path: "/logout",
  summary: "Ends the session of the refresh token in the cookie.",
  description: "Only for the dashboard: `Origin` must be the dashboard's.",
  responses: {
    204: { description: "Signed out, or not signed in before" },
    ...problemResponses("forbidden", "unavailable"),
  },
});

export function entranceRoutes(deps: AuthDeps) {
  const { sql, passwords, jwtSecrets: [secret], dashboardOrigin } = deps;

  return createRoutes({ tag: "Sessions" })
    .openapi(signup, async (c) => {
      if (deps.signup === "closed") {
        throw new Problem(
          "forbidden",
          "Sign-up is closed on this installation; ask its operator for an account.",
        );
      }
      const { name, email, password } = c.req.valid("json");
      const { address } = callerOf(c, deps.trustedProxies);
      await countSignup(sql, address);
      const hash = await passwords.hash(password);
      const id = crypto.randomUUID();
      const user = await ownedBy(sql, id, { actorId: accountActor(id) }).begin(async (sql) => {
        const user = await addUser(sql, { id, name, email, password: hash });
        if (user) await note(sql, id, { action: "account.created", detail: { address } });
        return user;
      });
      if (!user) {
        throw new Problem("conflict", "This email address already has an account: log in instead.");
      }
      return c.json({ success: true as const, message: "Your account was created: log in." }, 201);
    })
    .openapi(login, async (c) => {
      const { email, password } = c.req.valid("json");
      const caller = callerOf(c, deps.trustedProxies);
      const detail = { address: caller.address, user_agent: caller.userAgent };
      const failure = { action: "account.sign_in_failed", detail };
      const user = await limited(sql, { email, address: caller.address, failure }, async () => {
        const found = await findUserByEmail(sql, email);
        const isRight = await passwords.verify(password, found?.password ?? null);
        if (!found || !isRight) return { refused: found?.id ?? null };
        if (found.is_password_given && !await useOneTimePassword(sql, found)) {
          return { refused: found.id };
        }
        return { found };
      });
      if (!user) {
        throw new Problem("unauthenticated", "The email address or the password is wrong.");
      }
      if (passwords.isOutdated(user.password)) {
        const to = await passwords.hash(password);
        await renewHash(sql, { id: user.id, from: user.password, to });
      }
      const asUser = ownedBy(sql, user.id, { actorId: accountActor(user.id) });
      const { sessionId, refreshToken } = await asUser.begin(async (sql) => {
        const session = await startSession(sql, user.id, caller);
        await note(sql, user.id, { action: "account.signed_in", detail });
        return session;
      });
      setRefreshCookie(c, refreshToken);
      const access = await mintAccessToken(user.id, { sessionId, secret });
      return c.json({
        success: true as const,
        ...access,
        name: user.name,
        email: user.email,
        ...(user.is_password_given && { password_change_due: true as const }),
      }, 200);
    })
    .openapi(refresh, async (c) => {
      requireDashboardOrigin(c, dashboardOrigin);
      const token = readRefreshCookie(c);
      const session = token ? await refreshSession(sql, token) : null;
      if (!session) {
        clearRefreshCookie(c);
        throw new Problem("unauthenticated", "There is no active session: log in again.");
      }
      setRefreshCookie(c, session.refreshToken);
      const { sessionId, user: { id, name, email } } = session;
      const access = await mintAccessToken(id, { sessionId, secret });
      return c.json({ success: true as const, ...access, name, email }, 200);
    })
    .openapi(logout, async (c) => {
      requireDashboardOrigin(c, dashboardOrigin);
      const token = readRefreshCookie(c);
      if (token) await endSession(sql, token);
      clearRefreshCookie(c);
      return c.body(null, 204);
    });
}
