/**
 * The request on whose behalf the current code runs: its actor, and its attempt under an
 * Idempotency-Key. Transactions find it in the async context of the request, so no write can omit
 * it, and no store passes it on.
 */
import type { Context, Next } from "hono";
import { contextStorage, tryGetContext } from "hono/context-storage";
import type { ActorId } from "./identity.ts";

/** A request that holds an Idempotency-Key. */
export interface Attempt {
  ownerId: string;
  /** Name of the service: keys are scoped to it. */
  service: string;
  key: string;
  /** UUID of this attempt: each request that acquires the key has its own. */
  attempt: string;
}

interface RequestEnv {
  Variables: { ownerId: string; actorId: ActorId; attempt: Attempt };
}

const store = contextStorage();

/** Runs the rest of the chain in the request's context. */
export async function inContext(c: Context, next: Next): Promise<void> {
  if (tryGetContext() === c) await next();
  else await store(c, next);
}

/** Runs the rest of the chain with `attempt` in its context. */
export async function withAttempt(c: Context, attempt: Attempt, next: Next): Promise<void> {
  c.set("attempt", attempt);
  await inContext(c, next);
}

/** Returns the current request's attempt, or undefined if there is none or it has another owner. */
export function attemptOf(ownerId: string): Attempt | undefined {
  const attempt = tryGetContext<RequestEnv>()?.var.attempt;
  return attempt?.ownerId === ownerId ? attempt : undefined;
}

/** Returns the current request's actor, or undefined if there is none or it has another owner. */
export function actorOf(ownerId: string): ActorId | undefined {
  const request = tryGetContext<RequestEnv>()?.var;
  return request?.ownerId === ownerId ? request.actorId : undefined;
}
