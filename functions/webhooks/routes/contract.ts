/** Shared parts of this service's route descriptions. */
import { z } from "@hono/zod-openapi";
import { idempotent } from "../../http/service/idempotency.ts";
import { ACCESS, signedIn } from "../../http/identity/identity.ts";
import { liveSessions } from "../../http/identity/live_sessions.ts";
import { Problem } from "../../http/problem.ts";
import { behindRole } from "../../http/identity/roles.ts";
import type { WebhooksDeps } from "../deps.ts";

/** Returns a JSON request body for `createRoute`. */
export function body<Schema extends z.ZodType>(schema: Schema) {
  return { body: { required: true, content: { "application/json": { schema } } } };
}

/** A JSON body, also accepted as text/plain, which needs no preflight. */
export function bodyOrText<Schema extends z.ZodType>(schema: Schema) {
  const { body: { required, content } } = body(schema);
  const text = { type: "string", description: "the same JSON, with the key as its member key." };
  // Not a Zod schema: the body is JSON when it is validated.
  return { body: { required, content: { ...content, "text/plain": { schema: text as never } } } };
}

/** Returns a JSON response for `createRoute`. */
export function answer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { "application/json": { schema } } };
}

/** Members of responses that are shown only once. */
const SECRETS = ["api_key", "webhook_secret", "secret"];

/** Returns the access part of definitions of routes for signed-in callers: reads and writes. */
export function behindLogin(
  { sql, jwtSecrets, sessions }: Pick<WebhooksDeps, "sql" | "jwtSecrets" | "sessions">,
) {
  const by = signedIn([{ kind: ACCESS, secrets: jwtSecrets }], liveSessions(sql, sessions));
  const once = idempotent(sql, { service: "webhooks", secrets: SECRETS });
  return {
    reads: behindRole("viewer", { by }),
    writes: behindRole("editor", { by, then: [once] }),
  };
}

export const AppId = z.object({ id: z.string() });

/** Returns a valid id in lower case; throws `not_found` for text that is not an id. */
export function idOf(text: string, noun: "app" | "key" | "endpoint"): string {
  if (!z.guid().safeParse(text).success) throw missing(noun);
  return text.toLowerCase();
}

/** 404 for a resource that does not exist or belongs to another owner. */
export function missing(noun: "app" | "key" | "endpoint" | "delivery"): Problem {
  return new Problem(
    "not_found",
    noun === "app" ? "You have no app with this id." : `Your app has no such ${noun}.`,
  );
}

/** Returns a time as ISO 8601. */
export function timeOf(date: Date): string;
export function timeOf(date: Date | null): string | null;
export function timeOf(date: Date | null): string | null {
  return date && date.toISOString();
}

/** Schema of a project id, as a number or as text. */
export const ProjectId = z.union([
  z.int().min(1),
  z.string().trim().regex(/^\d{1,10}$/, "must be a project's id"),
], "must be a project's id").transform(Number).openapi({ type: "integer", example: 7 });

/** Overlap of an old and a new secret, in seconds: up to 30 days, a day by default. */
export const OverlapSeconds = z.int().min(0).max(30 * 86_400).default(86_400).openapi({
  description: "How long the old one stays valid, in seconds.",
});
