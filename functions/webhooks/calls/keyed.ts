/** Authentication by API key, checked at every call, so that a revoked key is refused at once. */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Sql } from "postgres";
import { fromAnyOrigin } from "../../http/service/any_origin.ts";
import { clientAddress, type TrustedProxies } from "../../http/client_address.ts";
import { type IdentityEnv, keyActor } from "../../http/identity/identity.ts";
import { Problem } from "../../http/problem.ts";
import type { LogEntry } from "../../http/service/service.ts";
import { isApiKey, rememberHashes } from "../keys/api_keys.ts";
import { joined } from "../../http/database/joined.ts";
import { keyInBody } from "./key_in_body.ts";
import { Memory } from "../../http/load/memory.ts";
import { type Bearer, findBearers, notePage, noteUse } from "../keys/keys.ts";
import type { Allowance, TakeCall } from "./rate_limit.ts";
import type { TakeVisit, Visit } from "./visitor_limit.ts";

/** Bindings and variables of a request by key. */
export interface KeyedEnv {
  Bindings: IdentityEnv["Bindings"];
  Variables: Pick<IdentityEnv["Variables"], "ownerId" | "actorId" | "role" | "units"> & {
    bearer: Bearer;
  };
}

export interface KeyedDeps {
  /** Limits of a key: calls for answers, and calls that send events. */
  takeCall: Record<Counts, TakeCall>;
  takeVisit: TakeVisit;
  trustedProxies: TrustedProxies;
  log: (entry: LogEntry) => void;
  /** See `useMemory`; passed by Workers, whose app handles one request only. */
  uses?: Memory<void>;
}

/** Keys whose use was recorded within the last minute. */
export function useMemory(): Memory<void> {
  return new Memory({ ms: 60_000, room: 10_000 });
}

/** Limit that a route counts towards. */
type Counts = Visit["counts"];

/** Access of publishable keys to a route, and its limit. */
export interface Opening {
  /** Whether a publishable key may call the route; false by default, so new routes are closed. */
  toPages?: (bearer: Bearer) => boolean;
  counts?: Counts;
}

/** Creates the middleware of a route with key authentication. */
export type Keyed = ReturnType<typeof keyed>;

/** Maximum number of keys in one query. */
const MAX_BATCH = 500;
/** Stored length of an origin, in characters. */
const LONGEST_ORIGIN = 300;

/**
 * Returns a factory of middleware that sets `bearer`, `ownerId` and `actorId`. It responds with 401
 * for an invalid key, 403 for a publishable key at a wrong origin or route, and 429 over a rate
 * limit.
 */
export function keyed(
  sql: Sql,
  { takeCall, takeVisit, trustedProxies, log, uses = useMemory() }: KeyedDeps,
) {
  const hashOf = rememberHashes();
  const bearerOf = joined((hashes: string[]) => findBearers(sql, hashes), { atMost: MAX_BATCH });
  /** Keys whose page is being recorded: concurrent calls record it once. */
  const noting = new Set<string>();

  async function noteSeen({ keyId, seenLately }: Bearer, origin: string): Promise<void> {
    if (seenLately || noting.has(keyId)) return;
    noting.add(keyId);
    await notePage(sql, { keyId, origin: origin.slice(0, LONGEST_ORIGIN) })
      .finally(() => noting.delete(keyId));
  }

  /** Records that a call by a key succeeded; a failure does not undo that. */
  async function used(keyId: string): Promise<void> {
    await uses.of(keyId, { by: sql, find: () => noteUse(sql, keyId) }).catch(({ message }) =>
      log({ level: "error", message, service: "webhooks" })
    );
  }

  async function taken(c: Context<KeyedEnv>, visit: Visit): Promise<Allowance> {
    const allowance = await takeVisit(visit);
    if (allowance.allowed) return allowance;
    if (c.req.header("x-forwarded-for") !== undefined && trustedProxies.length === 0) {
      log({
        level: "error",
        message: `All visitors count as ${visit.address}, which forwards calls and which ` +
          "TRUSTED_PROXIES does not name: they share one limit of calls.",
        service: "webhooks",
      });
    }
    throw tooMany("address", allowance);
  }

  return ({ toPages = () => false, counts = "answers" }: Opening = {}) =>
    fromAnyOrigin(createMiddleware<KeyedEnv>(async (c, next) => {
      if (c.req.url.includes(PREFIX)) throw keyInAddress();
      const inBody = await keyInBody(c);
      const key = (c.req.header("x-api-key") ?? inBody ?? "").trim();
      const bearer = isApiKey(key) ? await bearerOf(await hashOf(key)) : null;
      if (!bearer) throw unknownKey();
      const { keyId, ownerId, rateLimit, kind } = bearer;
      c.set("bearer", bearer);
      c.set("ownerId", ownerId);
      c.set("actorId", keyActor(keyId));
      c.set("role", "service");
      const origin = c.req.header("origin");
      const allowances: Record<string, Allowance> = {};
      let visit: Visit | undefined;
      if (kind === "publishable") {
        checkOrigin(bearer, origin);
        if (!toPages(bearer)) throw notForPages(bearer);
        const forwardedFor = c.req.header("x-forwarded-for");
        const address = clientAddress(c.env?.peer, { forwardedFor, trusted: trustedProxies });
        visit = { keyId, counts, address, rateLimit };
        allowances.address = await taken(c, visit);
      } else if (origin !== undefined) await noteSeen(bearer, origin);
      if (rateLimit !== null) {
        allowances.key = await takeCall[counts]({ keyId, ownerId, limit: rateLimit });
        if (!allowances.key.allowed) throw tooMany("key", allowances.key);
      }
      await next();
      if (c.res.ok) await used(keyId);
      let further = (c.get("units") ?? 1) - 1;
      // Answers by a key without a limit are limited as calls.
      if (visit && (rateLimit !== null || counts === "events")) {
        further = takeVisit.charge(visit, further);
        allowances.address.remaining = Math.max(0, allowances.address.remaining - further);
      }
      if (rateLimit !== null && further > 0) {
        const key = { keyId, ownerId, limit: rateLimit };
        allowances.key!.remaining = await takeCall[counts].charge(key, further);
      }
      for (const [name, value] of Object.entries(limitHeaders(allowances))) {
        c.res.headers.set(name, value);
      }
    }));
}

const PREFIX = "airec_live_";

function keyInAddress(): Problem {
  return new Problem(
    "malformed_request",
    "A key in a URL would appear in logs and browser histories and is refused: send it in the " +
      "header x-api-key, or as the member key of a body sent as text/plain. Rotate a secret one " +
      "that was sent in a URL.",
  );
}

/** Returns one problem for all invalid keys: missing, mistyped, unknown, expired or revoked. */
export function unknownKey(): Problem {
  return new Problem(
    "unauthenticated",
    "This needs a valid API key in the x-api-key header: register an app for one.",
  );
}

/** Checks the Origin against the key's. Only browsers guarantee it; other clients can forge it. */
function checkOrigin({ origins }: Bearer, origin: string | undefined): void {
  if (origin !== undefined && origins?.includes(origin)) return;
  throw new Problem(
    "forbidden",
    origin === undefined
      ? "A publishable key is for pages, whose browsers send an Origin, and this call has none: " +
        "on a server use a secret key."
      : `This publishable key is not for pages of ${origin.slice(0, LONGEST_ORIGIN)}: add the ` +
        "origin to the key, on the app's page in the dashboard.",
  );
}

function notForPages({ model }: Bearer): Problem {
  const opened = [
    ...["recommend", "items", "columns", "popular", "trending", "interactions", "users/merge"],
    ...(model ? ["model"] : []),
  ];
  return new Problem(
    "forbidden",
    `A publishable key can only call ${opened.slice(0, -1).join(", ")} and ${opened.at(-1)}` +
      `${model ? "" : " (and the model's files where its model is true)"}; this needs a secret ` +
      "key, which belongs on a server.",
  );
}

/** @throws {Problem} `not_found` for a project that the key cannot access. */
export function checkProject({ projects }: Bearer, projectId: number): void {
  if (projects === null || projects.includes(projectId)) return;
  throw new Problem("not_found", `This key has no access to a project ${projectId}.`);
}

/** Message of an exceeded rate limit. */
const WHOSE = {
  key: (limit: number) => `This key allows ${limit} calls a minute, and they are used up`,
  address: (limit: number) =>
    `One address has ${limit} calls a minute by this key, and yours are used up`,
};

function tooMany(name: keyof typeof WHOSE, allowance: Allowance): Problem {
  const { limit, resetSeconds } = allowance;
  return new Problem(
    "too_many_requests",
    `${WHOSE[name](limit)}; the next minute begins in ${resetSeconds} s.`,
    {
      headers: {
        ...limitHeaders({ [name]: allowance }),
        "retry-after": String(resetSeconds),
      },
    },
  );
}

/** Returns the fields of draft-ietf-httpapi-ratelimit-headers: policies and remaining quotas. */
function limitHeaders(allowances: Record<string, Allowance>): Record<string, string> {
  const all = Object.entries(allowances);
  if (all.length === 0) return {};
  return {
    "ratelimit-policy": all.map(([name, { limit }]) => `"${name}";q=${limit};w=60`).join(", "),
    "ratelimit": all
      .map(([name, { remaining, resetSeconds }]) => `"${name}";r=${remaining};t=${resetSeconds}`)
      .join(", "),
  };
}
