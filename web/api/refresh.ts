/**
 * Renews the access token by the refresh cookie: at page load, a minute before expiry, and after a
 * 401. One refresh at a time, across tabs.
 */
import { effect } from "@preact/signals";
import { config } from "./config.ts";
import { bearer, beginSession, endSession, isNoted, type Login, session } from "./session.ts";
import { text } from "./problem_words.ts";

/** How long before expiry a token is replaced, in milliseconds. */
const EARLY_MS = 60_000;

let running: Promise<boolean> | undefined;

/** Restores the session of this browser, if there is one. */
export async function restoreSession(): Promise<void> {
  if (isNoted()) await refreshSession();
}

/** Schedules a refresh before each token expires. */
export function keepSession(): void {
  effect(() => {
    if (!session.value) return;
    const wait = Math.max(1_000, session.value.expiresAt - Date.now() - EARLY_MS);
    const timer = setTimeout(refreshSession, wait);
    return () => clearTimeout(timer);
  });
}

/**
 * Returns the authorization header with a token valid for a minute or more, for calls that cannot
 * be repeated.
 */
export async function freshBearer(): Promise<Record<string, string>> {
  if (session.value && session.value.expiresAt - Date.now() < EARLY_MS) await refreshSession();
  return bearer();
}

/**
 * Replaces a refused token, unless it was already replaced since the request was sent.
 * @returns whether there is another token to try
 */
export async function renewed(authorization: string): Promise<boolean> {
  if (bearer().authorization === authorization) return await refreshSession();
  return session.value !== null;
}

/**
 * Requests a new access token. A 401 ends the session; if auth is unreachable, the session stays as
 * it is.
 * @returns whether there is a new token
 */
export function refreshSession(): Promise<boolean> {
  return running ??= oneAtATime(refresh).finally(() => running = undefined);
}

async function refresh(): Promise<boolean> {
  const url = `${config().auth}/refresh`;
  const answer = await fetch(url, { method: "POST", credentials: "include" }).catch(() => null);
  if (answer?.ok) {
    const login: Login = await answer.json();
    // The session was ended meanwhile, here or in another tab.
    if (!isNoted()) return false;
    beginSession(login);
    return true;
  }
  if (answer?.status === 401) {
    endSession(text.sessionEnded);
  }
  return false;
}

/**
 * Serializes refreshes by Web Locks, which need HTTPS or localhost; without them the service
 * tolerates concurrent refreshes.
 */
async function oneAtATime(work: () => Promise<boolean>): Promise<boolean> {
  if (!globalThis.navigator?.locks) return await work();
  return await navigator.locks.request("airec.refresh", work);
}
