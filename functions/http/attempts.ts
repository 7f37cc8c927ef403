/**
 * The attempt at an effect under an Idempotency-Key that a request is. Whatever the request does in
 * the database finds it by the context of its calls, so that no write can forget it.
 */
import type { Context, Next } from "hono";
import { contextStorage, tryGetContext } from "hono/context-storage";

/** One request's hold on a key. */
export interface Attempt {
  ownerId: string;
  /** Keys of one service are none of another's. */
  service: string;
  key: string;
  /** Another one for each request that holds the key. */
  attempt: string;
}

interface AttemptEnv {
  Variables: { attempt: Attempt };
}

/** Handles a request as an attempt. */
export async function withAttempt(c: Context, attempt: Attempt, next: Next): Promise<void> {
  c.set("attempt", attempt);
  await contextStorage()(c, next);
}

/** The attempt that the request at work is, if its owner is this one. */
export function attemptOf(ownerId: string): Attempt | undefined {
  const attempt = tryGetContext<AttemptEnv>()?.var.attempt;
  return attempt?.ownerId === ownerId ? attempt : undefined;
}
