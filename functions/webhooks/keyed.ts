/** Who calls by key: checked at every call, so that a revoked key is refused at once. */
import { createMiddleware } from "hono/factory";
import type { Sql } from "postgres";
import { Problem } from "../http/problem.ts";
import { isApiKey, rememberHashes } from "./api_keys.ts";
import { joined } from "./joined.ts";
import { type Bearer, findBearers } from "./keys.ts";
import type { Allowance, TakeCall } from "./rate_limit.ts";

/** What a request by key knows of its caller. */
export interface KeyedEnv {
  Variables: { bearer: Bearer; ownerId: string };
}

/** The most keys in one look-up; busy keys come in it once. */
const TOGETHER = 500;

/** Lets a request through with its bearer, or answers 401, or 429 where the key has a limit. */
export function keyed(sql: Sql, { takeCall }: { takeCall: TakeCall }) {
  const hashOf = rememberHashes();
  const bearerOf = joined((hashes: string[]) => findBearers(sql, hashes), { atMost: TOGETHER });
  return createMiddleware<KeyedEnv>(async (c, next) => {
    const key = (c.req.header("x-api-key") ?? "").trim();
    const bearer = isApiKey(key) ? await bearerOf(await hashOf(key)) : null;
    if (!bearer) throw unknownKey();
    c.set("bearer", bearer);
    c.set("ownerId", bearer.ownerId);
    const { keyId, ownerId, rateLimit } = bearer;
    if (rateLimit === null) return await next();
    const allowance = await takeCall({ keyId, ownerId, limit: rateLimit });
    if (!allowance.allowed) throw tooMany(allowance);
    await next();
    for (const [name, value] of Object.entries(limitHeaders(allowance))) {
      c.res.headers.set(name, value);
    }
  });
}

/** The one answer for a key that is missing, mistyped, unknown, expired or revoked. */
export function unknownKey(): Problem {
  return new Problem(
    "unauthenticated",
    "This needs a valid API key in the x-api-key header: register an app for one.",
  );
}

/** @throws {Problem} `not_found` for a project that the key does not open, as for no project. */
export function checkProject({ projects }: Bearer, projectId: number): void {
  if (projects === null || projects.includes(projectId)) return;
  throw new Problem("not_found", `There is no project ${projectId} that this key opens.`);
}

function tooMany(allowance: Allowance): Problem {
  const { limit, resetSeconds } = allowance;
  return new Problem(
    "too_many_requests",
    `This key allows ${limit} calls a minute, and they are used up; ` +
      `the next minute begins in ${resetSeconds} s.`,
    { headers: { ...limitHeaders(allowance), "retry-after": String(resetSeconds) } },
  );
}

/** The fields of draft-ietf-httpapi-ratelimit-headers: the policy, and what is left of it. */
function limitHeaders({ limit, remaining, resetSeconds }: Allowance) {
  return {
    "ratelimit-policy": `"key";q=${limit};w=60`,
    "ratelimit": `"key";r=${remaining};t=${resetSeconds}`,
  };
}
