/**
 * Idempotent writes (draft-ietf-httpapi-idempotency-key): requests with the same `Idempotency-Key`
 * have one effect and one response, also when repeated or concurrent. Responses are kept for a day,
 * separately for each owner and service.
 */
import { createMiddleware } from "hono/factory";
import type { Sql } from "postgres";
import { bodyLimitOf } from "../body/body_limits.ts";
import { digested, type DigestedBody, type RunningDigest } from "../body/body_digest.ts";
import type { IdentityEnv } from "../identity/identity.ts";
import { ownedBy } from "../database/owned_by.ts";
import { Problem } from "../problem.ts";
import { type Attempt, withAttempt } from "../identity/request_context.ts";

export interface IdempotencyOptions {
  /** Name of the service, such as "webhooks": keys are scoped to it. */
  service: string;
  /** Members of a response that are shown once: a repeat has null there, and `replayed: true`. */
  secrets?: string[];
  /** HMAC key for fingerprints of bodies that contain guessable secrets, such as a password. */
  signedBy?: string;
  /** How long a repeat waits for the response to the first request, in ms. */
  waitMs?: number;
  heartbeatMs?: number;
  /** Creates a digest of a body that its route streams, as it is too large for memory. */
  sha256?: () => RunningDigest;
}

/** The stored request; `status` is null until it has been answered. */
interface Kept {
  fingerprint: string;
  status: number | null;
  content_type: string | null;
  body: string | null;
  /** Whether the effect was committed, even if the response is missing. */
  has_effect: boolean;
  /** Whether its request is still running, according to the heartbeat. */
  is_held: boolean;
  /** Digest of a streamed request body that was read to its end. */
  body_sha256: string | null;
}

const KEPT_HOURS = 24;
/** Time without a heartbeat after which a repeat takes over, in seconds. */
const LEASE_SECONDS = 20;
const HEARTBEAT_MS = 5_000;
const POLL_MS = 50;

/**
 * Middleware for all methods but GET and HEAD, placed after `signedIn`. Only successes are kept: a
 * failed request had no effect, and its repeat is executed.
 */
export function idempotent(
  sql: Sql,
  options: IdempotencyOptions,
) {
  const { service, secrets = [], signedBy, sha256 } = options;
  const { waitMs = 10_000, heartbeatMs = HEARTBEAT_MS } = options;
  return createMiddleware<IdentityEnv>(async (c, next) => {
    const key = c.req.header("idempotency-key");
    if (key === undefined || c.req.method === "GET" || c.req.method === "HEAD") return await next();
    if (!/^[\x21-\x7e]([\x20-\x7e]{0,198}[\x21-\x7e])?$/.test(key)) {
      throw new Problem(
        "malformed_request",
        "An Idempotency-Key is 1 to 200 visible characters, such as a UUID.",
      );
    }
    const place: Attempt = {
      ...{ ownerId: c.var.ownerId, service, key },
      attempt: crypto.randomUUID(),
    };
    const type = c.req.header("content-type") ?? "";
    const flow = sha256 && bodyLimitOf(c) === "streamed" && c.req.raw.body
      ? digested(c.req.raw.body, { type, sha256: sha256() })
      : null;
    const { pathname, search } = new URL(c.req.url);
    const fingerprint = await fingerprintOf(
      `${c.req.method} ${pathname.replace(/\/$/, "")}${search}\n${flow ? "" : await c.req.text()}`,
      signedBy,
    );

    const deadline = Date.now() + waitMs;
    while (!await begin(sql, { ...place, fingerprint })) {
      const kept = await find(sql, place);
      if (!kept) continue;
      if (kept.fingerprint !== fingerprint) throw another();
      if (kept.status !== null) {
        if (flow && kept.body_sha256 !== await digestAtEnd(flow)) throw another();
        return replay(kept, kept.status);
      }
      if (kept.has_effect && !kept.is_held) throw unanswered();
      if (Date.now() > deadline) {
        throw new Problem(
          "conflict",
          "The first request with this Idempotency-Key is still running; please try again.",
          { headers: { "retry-after": "2" } },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }

    if (flow) c.req.raw = new Request(c.req.raw, { body: flow.stream });
    // A missed heartbeat is harmless: the lease is longer than three intervals.
    const heartbeat = setInterval(() => beat(sql, place).catch(() => {}), heartbeatMs);
    try {
      await withAttempt(c, place, next);
    } finally {
      clearInterval(heartbeat);
    }
    const { status } = c.res;
    if (status >= 400) {
      // If this fails, the lease expires by itself.
      await forget(sql, place, { certainly: status < 500 }).catch(() => {});
      return;
    }
    const answer = await c.res.clone().text();
    // The effect is committed, whether or not the response can be stored for a repeat.
    await keep(sql, {
      ...place,
      status,
      contentType: c.res.headers.get("content-type"),
      body: withoutSecrets(answer, secrets),
      bodySha256: flow?.hex() ?? null,
    }).catch(() => {});
  });
}

function unanswered(): Problem {
  return new Problem(
    "conflict",
    "The first request with this Idempotency-Key took effect, but its response was lost: " +
      "check the current state, and use a new key for a new request.",
  );
}

function another(): Problem {
  return new Problem(
    "invalid_input",
    "This Idempotency-Key was used for another request: use a new key for a new request.",
  );
}

/** Reads a body to its end and returns its digest, or null. */
async function digestAtEnd({ stream, hex }: DigestedBody): Promise<string | null> {
  for await (const _ of stream);
  return hex();
}

function replay({ content_type, body }: Kept, status: number): Response {
  return new Response(body || null, {
    status,
    headers: {
      ...(content_type && { "content-type": content_type }),
      "idempotent-replayed": "true",
    },
  });
}

/** Returns a JSON body with its secrets set to null and `replayed: true`; others unchanged. */
export function withoutSecrets(body: string, secrets: string[]): string {
  const named = secrets.filter((name) => body.includes(`"${name}"`));
  if (named.length === 0) return body;
  const document = JSON.parse(body);
  const held = named.filter((name) => typeof document[name] === "string");
  if (held.length === 0) return body;
  for (const name of held) document[name] = null;
  return JSON.stringify({ ...document, replayed: true });
}

/** Returns the SHA-256 of a text, or its HMAC-SHA-256 if there is a key, in hex. */
async function fingerprintOf(text: string, signedBy?: string): Promise<string> {
  const words = new TextEncoder();
  if (!signedBy) {
    return new Uint8Array(await crypto.subtle.digest("SHA-256", words.encode(text))).toHex();
  }
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle
    .importKey("raw", words.encode(signedBy), algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, words.encode(text))).toHex();
}

/** Acquires the key; true for the first request, and after one that ended without an effect. */
async function begin(
  sql: Sql,
  { ownerId, service, key, attempt, fingerprint }: Attempt & { fingerprint: string },
): Promise<boolean> {
  const { count } = await ownedBy(sql, ownerId)`
    with old as (
      delete from http.idempotent_requests
      where owner_id = ${ownerId} and created_at < now() - ${KEPT_HOURS} * interval '1 hour'
        and key <> ${key}
    )
    insert into http.idempotent_requests as r
      (owner_id, service, key, attempt, fingerprint, locked_until)
    values (
      ${ownerId}, ${service}, ${key}, ${attempt}, ${fingerprint},
      now() + ${LEASE_SECONDS} * interval '1 second'
    )
    on conflict (owner_id, service, key) do update
    set attempt = excluded.attempt, fingerprint = excluded.fingerprint,
      locked_until = excluded.locked_until, has_effect = false, status = null,
      content_type = null, body = null, body_sha256 = null, created_at = now()
    where (
        r.status is null and r.locked_until < now() and not r.has_effect
        and r.fingerprint = excluded.fingerprint
      )
      or r.created_at < now() - ${KEPT_HOURS} * interval '1 hour'`
    .catch((error: { code?: string }) => {
      if (error.code !== FOREIGN_KEY_VIOLATION) throw error;
      throw new Problem("unauthenticated", "The account of this token was deleted.");
    });
  return count > 0;
}

const FOREIGN_KEY_VIOLATION = "23503";

/** Renews the lease. */
async function beat(sql: Sql, { ownerId, service, key, attempt }: Attempt): Promise<void> {
  await ownedBy(sql, ownerId, { prepares: true })`
    update http.idempotent_requests
    set locked_until = now() + ${LEASE_SECONDS} * interval '1 second'
    where owner_id = ${ownerId} and service = ${service} and key = ${key}
      and attempt = ${attempt} and status is null`;
}

async function find(sql: Sql, { ownerId, service, key }: Attempt): Promise<Kept | null> {
  const [row] = await ownedBy(sql, ownerId)<Kept[]>`
    select fingerprint, status, content_type, body, body_sha256, has_effect,
      locked_until >= now() as is_held
    from http.idempotent_requests
    where owner_id = ${ownerId} and service = ${service} and key = ${key}`;
  return row ?? null;
}

async function keep(
  sql: Sql,
  { ownerId, service, key, attempt, status, contentType, body, bodySha256 }: Attempt & {
    status: number;
    contentType: string | null;
    body: string;
    bodySha256: string | null;
  },
): Promise<void> {
  await ownedBy(sql, ownerId, { prepares: true })`
    update http.idempotent_requests
    set status = ${status}, content_type = ${contentType}, body = ${body},
      body_sha256 = ${bodySha256}
    where owner_id = ${ownerId} and service = ${service} and key = ${key}
      and attempt = ${attempt}`;
}

/** @param options.certainly whether the response proves that the request had no effect. */
async function forget(
  sql: Sql,
  { ownerId, service, key, attempt }: Attempt,
  { certainly }: { certainly: boolean },
): Promise<void> {
  await ownedBy(sql, ownerId, { prepares: true })`
    delete from http.idempotent_requests
    where owner_id = ${ownerId} and service = ${service} and key = ${key}
      and attempt = ${attempt} and status is null and (${certainly} or not has_effect)`;
}
