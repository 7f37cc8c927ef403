/**
 * Who is signed in. The token lives in memory; sessionStorage keeps it over a reload, for this tab
 * alone.
 */
import { type Signal, signal } from "@preact/signals";

export interface Session {
  token: string;
  name: string;
  email: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** What auth answers to a login; `expires_in` is in seconds. */
export interface Login {
  token: string;
  name: string;
  email: string;
  expires_in: number;
}

const KEY = "airec.session";

/** The session of this tab. Null when nobody is signed in. */
export const session: Signal<Session | null> = signal(restoreSession(sessionStorage));

/** Why the last session ended, for the sign-in page to say; null where there is nothing to say. */
export const signedOutBecause: Signal<string | null> = signal(null);

/** Begins a session. */
export function beginSession({ token, name, email, expires_in }: Login): void {
  const begun = { token, name, email, expiresAt: Date.now() + expires_in * 1000 };
  sessionStorage.setItem(KEY, JSON.stringify(begun));
  signedOutBecause.value = null;
  session.value = begun;
}

/** Ends the session, for a reason that the sign-in page says. */
export function endSession(because: string | null): void {
  sessionStorage.removeItem(KEY);
  signedOutBecause.value = because;
  session.value = null;
}

/** What a storage kept, or null where that is nothing, expired or not a session. */
export function restoreSession(storage: Storage, now = Date.now()): Session | null {
  try {
    const kept = JSON.parse(storage.getItem(KEY) ?? "null") as Partial<Session> | null;
    if (typeof kept?.token !== "string" || !(Number(kept.expiresAt) > now)) return null;
    return {
      token: kept.token,
      name: String(kept.name ?? ""),
      email: String(kept.email ?? ""),
      expiresAt: Number(kept.expiresAt),
    };
  } catch {
    return null;
  }
}
