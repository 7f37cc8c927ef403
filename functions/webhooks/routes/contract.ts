/** How this service's routes say what they take and give. */
import { z } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { idempotent } from "../../http/idempotency.ts";
import { ACCESS, type IdentityEnv, signedIn } from "../../http/identity.ts";
import { liveSessions } from "../../http/live_sessions.ts";
import { Problem } from "../../http/problem.ts";
import type { WebhooksDeps } from "../deps.ts";

/** A JSON body. */
export function body<Schema extends z.ZodType>(schema: Schema) {
  return { body: { required: true, content: { "application/json": { schema } } } };
}

/** A JSON answer. */
export function answer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { "application/json": { schema } } };
}

/** What answers hold once and never again. */
const SECRETS = ["api_key", "webhook_secret", "secret"];

/** Parts of the description of routes behind a login: those that read, and those that change. */
export function behindLogin(
  { sql, jwtSecrets, sessions }: Pick<WebhooksDeps, "sql" | "jwtSecrets" | "sessions">,
) {
  const byLogin = signedIn([{ kind: ACCESS, secrets: jwtSecrets }], liveSessions(sql, sessions));
  const once = idempotent(sql, { service: "webhooks", secrets: SECRETS });
  const security = [{ bearer: [] }];
  const write: MiddlewareHandler<IdentityEnv>[] = [byLogin, once];
  return { reads: { middleware: byLogin, security }, writes: { middleware: write, security } };
}

export const AppId = z.object({ id: z.string() });

/** What is no id is the id of nothing. */
export function idOf(text: string, noun: "app" | "key" | "endpoint"): string {
  if (!z.guid().safeParse(text).success) throw missing(noun);
  return text.toLowerCase();
}

/** 404 for what is not there, or another's. */
export function missing(noun: "app" | "key" | "endpoint" | "delivery"): Problem {
  return new Problem(
    "not_found",
    noun === "app" ? "You have no app with this id." : `Your app has no such ${noun}.`,
  );
}

/** A time as answers give it. */
export function timeOf(date: Date): string;
export function timeOf(date: Date | null): string | null;
export function timeOf(date: Date | null): string | null {
  return date && date.toISOString();
}

/** A project's number, as a number or as text. */
export const ProjectId = z.union([z.int().min(1), z.string().trim().regex(/^\d{1,10}$/)], {
  error: "must be a project's number",
}).transform(Number).openapi({ type: "integer", example: 7 });

/** How long the old goes on beside the new: up to 30 days, a day unless said. */
export const OverlapSeconds = z.int().min(0).max(30 * 86_400).default(86_400).openapi({
  description: "How long the old one goes on, in seconds.",
});
