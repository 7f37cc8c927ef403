/**
 * Going on with a session: a new access token by the refresh cookie, at the page's start, a minute
 * before a token ends, and when one was refused. One refresh at a time, across tabs too.
 */
import { effect } from "@preact/signals";
import { config } from "./config.ts";
import { bearer, beginSession, endSession, isNoted, type Login, session } from "./session.ts";
import { text } from "./text/entrance.ts";

/** How long before its end a token is replaced, in milliseconds. */
const EARLY_MS = 60_000;

let running: Promise<boolean> | undefined;

/** Takes up the session that this browser has, if it has one. */
export async function restoreSession(): Promise<void> {
  if (isNoted()) await refreshSession();
}

/** Replaces each token in time, for as long as there is a session. */
export function keepSession(): void {
  effect(() => {
    if (!session.value) return;
    const wait = Math.max(1_000, session.value.expiresAt - Date.now() - EARLY_MS);
    const timer = setTimeout(refreshSession, wait);
    return () => clearTimeout(timer);
  });
}

/** Sees to a token that is good for a while, before a call that cannot be repeated. */
export async function freshBearer(): Promise<Record<string, string>> {
  if (session.value && session.value.expiresAt - Date.now() < EARLY_MS) await refreshSession();
  return bearer();
}

/**
 * Replaces a token that was refused, unless that has happened since it was sent.
 * @returns whether there is another token to try.
 */
export async function renewed(authorization: string): Promise<boolean> {
  if (bearer().authorization === authorization) return await refreshSession();
  return session.value !== null;
}

/**
 * Gets a new access token; ends the session where there is no refresh token any more. Where auth
 * does not answer, all stays as it is.
 * @returns whether there is a new token.
 */
export function refreshSession(): Promise<boolean> {
  return running ??= oneAtATime(refresh).finally(() => running = undefined);
}

async function refresh(): Promise<boolean> {
  const url = `${config().auth}/refresh`;
  const answer = await fetch(url, { method: "POST", credentials: "include" }).catch(() => null);
  if (answer?.ok) {
    const login: Login = await answer.json();
    // Signed out in the meantime, here or in another tab: then it stays so.
    if (!isNoted()) return false;
    beginSession(login);
    return true;
  }
  if (answer?.status === 401) {
    endSession(text.ended);
  }
  return false;
}

/** Web Locks are there on HTTPS and localhost; elsewhere the service bears refreshes at once. */
async function oneAtATime(work: () => Promise<boolean>): Promise<boolean> {
  if (!globalThis.navigator?.locks) return await work();
  return await navigator.locks.request("airec.refresh", work);
}
