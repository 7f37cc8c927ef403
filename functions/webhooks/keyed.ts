import { createMiddleware } from "hono/factory";
import type { Sql } from "postgres";
import { Problem } from "../http/problem.ts";
import { hashApiKey, isApiKey } from "./api_keys.ts";
import { findAppByKey } from "./apps.ts";

/** What a request by key knows of its caller. */
export interface KeyedEnv {
  Variables: { appId: string; ownerId: string };
}

/**
 * Lets a request through with the app and its owner, or answers 401. Nothing is remembered: a
 * revoked key is refused at once.
 */
export function keyed(sql: Sql) {
  return createMiddleware<KeyedEnv>(async (c, next) => {
    const key = (c.req.header("x-api-key") ?? "").trim();
    const app = isApiKey(key) ? await findAppByKey(sql, await hashApiKey(key)) : null;
    if (!app) throw unknownKey();
    c.set("appId", app.id);
    c.set("ownerId", app.ownerId);
    await next();
  });
}

/** The one answer for a key that is missing, mistyped, unknown or revoked. */
export function unknownKey(): Problem {
  return new Problem(
    "unauthenticated",
    "This needs a valid API key in the x-api-key header: register an app for one.",
  );
}
