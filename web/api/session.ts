/**
 * The session. The access token is kept in memory only; a reload is survived by the refresh token,
 * in an HttpOnly cookie, and by a localStorage entry that a session exists.
 */
import { type Signal, signal } from "@preact/signals";

export interface Session {
  token: string;
  name: string;
  email: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  /** Whether the password is a one-time password of an operator and must be changed. */
  passwordChangeDue: boolean;
}

/** Response to a login or a refresh; `expires_in` in seconds. */
export interface Login {
  token: string;
  name: string;
  email: string;
  expires_in: number;
  password_change_due?: boolean;
}

/** localStorage key with the e-mail address of the signed-in account. */
const NOTE = "airec.signed_in";

/** Session of this tab; null if signed out. */
export const session: Signal<Session | null> = signal(null);

/** Reason for the end of the last session, shown by the sign-in page; null for none. */
export const signedOutBecause: Signal<string | null> = signal(null);

/** Starts a session, or continues it with a new token. */
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

/** Ends the session in all tabs. @param because shown by the sign-in page */
export function endSession(because: string | null): void {
  localStorage.removeItem(NOTE);
  signedOutBecause.value = because;
  session.value = null;
}

/** Records that the one-time password was replaced. */
export function passwordChanged(): void {
  if (session.value) session.value = { ...session.value, passwordChangeDue: false };
}

/** Whether this browser has a session that a refresh can restore. */
export function isNoted(): boolean {
  return localStorage.getItem(NOTE) !== null;
}

/** Follows the other tabs: a sign-out ends this session, another account reloads the page. */
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

/** Returns the authorization header; empty if signed out. */
export function bearer(): Record<string, string> {
  return session.value ? { authorization: `Bearer ${session.value.token}` } : {};
}
