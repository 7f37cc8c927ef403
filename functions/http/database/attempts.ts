/**
 * The attempt under an Idempotency-Key that the current request belongs to. Database calls find it
 * in the async context of the request, so no write can omit it.
 */
import type { Context, Next } from "hono";
import { contextStorage, tryGetContext } from "hono/context-storage";

/** A request that holds an Idempotency-Key. */
export interface Attempt {
  ownerId: string;
  /** Name of the service: keys are scoped to it. */
  service: string;
  key: string;
  /** UUID of this attempt: each request that acquires the key has its own. */
  attempt: string;
}

interface AttemptEnv {
  Variables: { attempt: Attempt };
}

/** Runs the rest of the chain with `attempt` in its context. */
export async function withAttempt(c: Context, attempt: Attempt, next: Next): Promise<void> {
  c.set("attempt", attempt);
  await contextStorage()(c, next);
}

/** Returns the current request's attempt, or undefined if there is none or it has another owner. */
export function attemptOf(ownerId: string): Attempt | undefined {
  const attempt = tryGetContext<AttemptEnv>()?.var.attempt;
  return attempt?.ownerId === ownerId ? attempt : undefined;
}
