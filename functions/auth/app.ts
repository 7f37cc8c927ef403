import { createRoute, z } from "@hono/zod-openapi";
import type { Sql } from "postgres";
import { ACCESS, signedIn } from "../http/identity.ts";
import { Problem, problemResponses } from "../http/problem.ts";
import { createService, invalidInput, type LogEntry } from "../http/service.ts";
import { isCommon, type Passwords } from "./passwords.ts";
import { mintAccessToken } from "./tokens.ts";
import { addUser, findUser, findUserByEmail, replacePassword } from "./users.ts";

export interface AuthDeps {
  sql: Sql;
  passwords: Passwords;
  /** The keys of access tokens: the first signs, all are believed. */
  jwtSecrets: [string, ...string[]];
  signup: "open" | "closed";
  dashboardOrigin: string;
  log: (entry: LogEntry) => void;
}

const Password = z.string().refine((text) => text.isWellFormed(), "must be Unicode text")
  .refine((text) => length(text) >= 8, "must have at least 8 characters")
  .refine((text) => length(text) <= 256, "must have at most 256 characters")
  .openapi({ description: "8 to 256 characters of any kind.", format: "password" });

const Signup = z.object({
  name: z.string().trim().min(1, "must not be empty").max(200),
  email: z.string().trim().max(254).pipe(z.email("must be an email address")),
  password: Password,
}).openapi("Signup");

const Login = z.object({
  email: z.string().trim().max(254),
  // No rule but a bound: a password that breaks the rules is simply not the right one.
  password: z.string().max(1024),
}).openapi("Login");

const SignedUp = z.object({ success: z.literal(true), message: z.string() }).openapi("SignedUp");

const LoggedIn = z.object({
  success: z.literal(true),
  token: z.string(),
  name: z.string(),
  email: z.string(),
  expires_in: z.int().openapi({ description: "Seconds until the token ends." }),
}).openapi("LoggedIn");

const Me = z.object({ id: z.uuid(), name: z.string(), email: z.string() }).openapi("Me");

const signup = createRoute({
  method: "post",
  path: "/signup",
  summary: "Makes an account.",
  request: { body: { required: true, content: { "application/json": { schema: Signup } } } },
  responses: {
    201: { description: "Made", content: { "application/json": { schema: SignedUp } } },
    ...problemResponses("malformed_request", "forbidden", "conflict", "invalid_input"),
    ...problemResponses("unavailable"),
  },
});

const login = createRoute({
  method: "post",
  path: "/login",
  summary: "Gives an access token for address and password.",
  request: { body: { required: true, content: { "application/json": { schema: Login } } } },
  responses: {
    200: { description: "Signed in", content: { "application/json": { schema: LoggedIn } } },
    ...problemResponses("malformed_request", "unauthenticated", "invalid_input", "unavailable"),
  },
});

/** The auth service: accounts and the tokens that the other services believe. */
export function createApp({ sql, passwords, jwtSecrets, ...deps }: AuthDeps) {
  const me = createRoute({
    method: "get",
    path: "/me",
    summary: "Who is signed in.",
    security: [{ bearer: [] }],
    middleware: signedIn([{ kind: ACCESS, secrets: jwtSecrets }]),
    responses: {
      200: { description: "The account", content: { "application/json": { schema: Me } } },
      ...problemResponses("unauthenticated"),
    },
  });

  return createService({
    name: "auth",
    description: "Accounts, and the tokens that the other services believe.",
    dashboardOrigin: deps.dashboardOrigin,
    checks: { database: () => sql`select 1` },
    log: deps.log,
  })
    .openapi(signup, async (c) => {
      if (deps.signup === "closed") {
        throw new Problem(
          "forbidden",
          "This installation takes no new accounts by itself; ask who runs it for one.",
        );
      }
      const { name, email, password } = c.req.valid("json");
      if (isCommon(password)) {
        throw invalidInput([{
          pointer: "/password",
          detail: "is one of the most common passwords; choose one that nobody else has",
        }]);
      }
      const user = await addUser(sql, { name, email, password: await passwords.hash(password) });
      if (!user) {
        throw new Problem("conflict", "This email address has an account already: log in instead.");
      }
      return c.json({ success: true as const, message: "Your account is made: log in." }, 201);
    })
    .openapi(login, async (c) => {
      const { email, password } = c.req.valid("json");
      const user = await findUserByEmail(sql, email);
      if (!await passwords.verify(password, user?.password ?? null) || !user) {
        throw new Problem("unauthenticated", "The email address or the password is wrong.");
      }
      if (passwords.isOutdated(user.password)) {
        const to = await passwords.hash(password);
        await replacePassword(sql, { id: user.id, from: user.password, to });
      }
      const { token, expires_in } = await mintAccessToken(user.id, jwtSecrets[0]);
      const { name } = user;
      return c.json({ success: true as const, token, name, email: user.email, expires_in }, 200);
    })
    .openapi(me, async (c) => {
      const user = await findUser(sql, c.var.ownerId);
      if (!user) {
        throw new Problem("unauthenticated", "The account of this token is gone.");
      }
      return c.json(user, 200);
    });
}

export type App = ReturnType<typeof createApp>;

/** Characters as people count them: code points, not UTF-16 units. */
function length(text: string): number {
  return [...text].length;
}
