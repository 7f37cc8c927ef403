/**
 * Who is signed in. The access token lives in memory alone; what outlives a reload is the refresh
 * token, in a cookie that no page code can read, and a note that there is one.
 */
import { type Signal, signal } from "@preact/signals";

export interface Session {
  token: string;
  name: string;
  email: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  /** Whether the password was given out by an operator and is to be changed. */
  passwordChangeDue: boolean;
}

/** What auth answers to a login and to a refresh; `expires_in` is in seconds. */
export interface Login {
  token: string;
  name: string;
  email: string;
  expires_in: number;
  password_change_due?: boolean;
}

/** Where the tabs of this browser note who is signed in. */
const NOTE = "airec.signed_in";

/** The session of this browser, as far as this tab has taken it up. */
export const session: Signal<Session | null> = signal(null);

/** Why the last session ended, for the sign-in page to say; null where there is nothing to say. */
export const signedOutBecause: Signal<string | null> = signal(null);

/** Begins a session, or goes on with it by a new token. */
export function beginSession(login: Login): void {
  const { token, name, email, expires_in } = login;
  localStorage.setItem(NOTE, email);
  signedOutBecause.value = null;
  session.value = {
    token,
    name,
    email,
    expiresAt: Date.now() + expires_in * 1000,
    passwordChangeDue: login.password_change_due ??
      (session.value?.email === email && session.value.passwordChangeDue),
  };
}

/** Ends the session in all tabs, for a reason that the sign-in page says. */
export function endSession(because: string | null): void {
  localStorage.removeItem(NOTE);
  signedOutBecause.value = because;
  session.value = null;
}

/** The operator's password is replaced by a chosen one. */
export function passwordChanged(): void {
  if (session.value) session.value = { ...session.value, passwordChangeDue: false };
}

/** Whether this browser has a session that a refresh may take up. */
export function isNoted(): boolean {
  return localStorage.getItem(NOTE) !== null;
}

/** Follows what other tabs do: signed out there is signed out here, and so is another person. */
export function followOtherTabs(): void {
  addEventListener("storage", (event) => {
    const { key, newValue } = event as StorageEvent;
    if (key !== NOTE && key !== null) return;
    if (newValue === null) {
      signedOutBecause.value = null;
      session.value = null;
    } else if (newValue !== session.value?.email) {
      location.reload();
    }
  });
}

/** The header that says who asks, for calls with a login. */
export function bearer(): Record<string, string> {
  return session.value ? { authorization: `Bearer ${session.value.token}` } : {};
}
