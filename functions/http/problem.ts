/**
 * Errors of every service: `application/problem+json` (RFC 9457) with a stable `code`, a detail
 * that states action, rule and present state, and for invalid input the places at fault.
 */
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** The closed set of codes with their HTTP status. */
export const STATUS = {
  malformed_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  not_ready: 409,
  gone: 410,
  too_large: 413,
  unsupported_media_type: 415,
  range_not_satisfiable: 416,
  invalid_input: 422,
  too_many_requests: 429,
  internal: 500,
  bad_gateway: 502,
  unavailable: 503,
  storage_full: 507,
} as const satisfies Record<string, ContentfulStatusCode>;

export type ProblemCode = keyof typeof STATUS;

/** An invalid place: a JSON pointer (RFC 6901) into the input, or `/` and a field's name. */
export interface InputError {
  pointer: string;
  detail: string;
}

/** Optional parts of a problem response. */
export interface ProblemExtras {
  errors?: InputError[];
  /** Additional members of the document, such as `project_status`. */
  members?: Record<string, unknown>;
  headers?: Record<string, string>;
  /** The error behind it; only the log shows it. */
  cause?: unknown;
}

/** Thrown by handlers and stores; `onError` turns it into a response. */
export class Problem extends Error {
  override name = "Problem";
  readonly code: ProblemCode;
  readonly extras: ProblemExtras;

  constructor(code: ProblemCode, detail: string, extras: ProblemExtras = {}) {
    super(detail, { cause: extras.cause });
    this.code = code;
    this.extras = extras;
  }
}

/** Schema of the problem document, for the API description. */
export const ProblemDocument = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(Object.keys(STATUS) as [ProblemCode, ...ProblemCode[]]),
  detail: z.string(),
  request_id: z.string(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
}).openapi("Problem");

interface ProblemResponse {
  description: string;
  content: { "application/problem+json": { schema: typeof ProblemDocument } };
}

/** Returns the responses of a route that can fail with these codes, for `createRoute`. */
export function problemResponses<Code extends ProblemCode>(...codes: Code[]) {
  const content = { "application/problem+json": { schema: ProblemDocument } };
  const entries = codes.map((code) => [STATUS[code], { description: title(code), content }]);
  return Object.fromEntries(entries) as Record<(typeof STATUS)[Code], ProblemResponse>;
}

/** Returns the HTTP response of a problem. */
export function problemResponse(c: Context, problem: Problem): Response {
  const { code, message, extras } = problem;
  return c.body(
    JSON.stringify({
      ...extras.members,
      type: "about:blank",
      title: title(code),
      status: STATUS[code],
      code,
      detail: message,
      request_id: c.get("requestId"),
      ...(extras.errors && { errors: extras.errors }),
    }),
    STATUS[code],
    { "content-type": "application/problem+json", ...extras.headers },
  );
}

/**
 * Maps any thrown value to a problem. An unexpected error becomes `internal`, and its message
 * appears only in the log.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException) {
    if (error.status === 413) return new Problem("too_large", "The body is over its limit.");
    if (error.status === 400) return new Problem("malformed_request", error.message);
    if (error.status === 415) {
      return new Problem(
        "unsupported_media_type",
        "The body has a content type that this route does not accept.",
      );
    }
  }
  const code = String((error as { code?: unknown } | null)?.code ?? "");
  const isAway = DATABASE_AWAY.test(code) ||
    (code === "" && error instanceof Error && WORKERS_AWAY.test(error.message));
  if (isAway) {
    return new Problem("unavailable", "The database does not respond; please try again shortly.", {
      headers: { "retry-after": "2" },
      cause: error,
    });
  }
  if (code === "AI409") {
    return new Problem(
      "conflict",
      "This request paused for so long that a repeat with its Idempotency-Key replaced it: " +
        "it changed nothing.",
    );
  }
  // A deadlock or serialisation failure: a retry can succeed.
  if (/^40/.test(code)) {
    return new Problem(
      "unavailable",
      "Another request changed the same data at the same time; please try again.",
      {
        headers: { "retry-after": "1" },
      },
    );
  }
  if (code === "23503" && /_owner_id_fkey$/.test(constraintOf(error))) {
    return new Problem("unauthenticated", "The account of this token was deleted.");
  }
  if (code === "23503") {
    return new Problem(
      "not_found",
      "The object that this belongs to was deleted at the same time.",
    );
  }
  if (/^22/.test(code)) {
    return new Problem(
      "invalid_input",
      "A value contains characters that cannot be stored as text.",
    );
  }
  return new Problem(
    "internal",
    "An internal error occurred; the operator finds it in the log by the request id.",
  );
}

/** Returns the name of the violated constraint, or "". */
function constraintOf(error: unknown): string {
  return String((error as { constraint_name?: unknown } | null)?.constraint_name ?? "");
}

/**
 * postgres.js codes, socket codes, and SQLSTATE classes 08, 53 and 57P, Hyperdrive's 58000, and
 * timeouts of a statement, a lock, or a pause within a transaction.
 */
const DATABASE_AWAY =
  /^(CONNECTION_(CLOSED|ENDED|DESTROYED)|(CONNECT|STATEMENT)_TIMEOUT|ECONN(REFUSED|RESET)|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|08\w{3}|53\w{3}|57P0\d|57014|55P03|25P0[34]|58000)$/;

/** Socket errors on Workers have a message and no code. */
const WORKERS_AWAY = /^(connection attempt failed|network connection lost)/i;

function title(code: ProblemCode): string {
  const words = code.replaceAll("_", " ");
  return words[0].toUpperCase() + words.slice(1);
}
