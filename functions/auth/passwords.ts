/**
 * Passwords at rest: bcrypt over base64(HMAC-SHA-384(pepper, password)), the construction of
 * OWASP's Password Storage Cheat Sheet. bcrypt alone reads 72 bytes and stops at a zero byte; the
 * 64 characters it gets here stand for the whole password, and are worthless without the pepper.
 */
import { dictionary } from "@zxcvbn-ts/language-common";
import { Problem } from "../http/problem.ts";
import { type Bcrypt, bcryptHere, costOf } from "./bcrypt.ts";

export interface PasswordOptions {
  pepper: string;
  /** bcrypt's cost: each step doubles the work. */
  cost: number;
  /** Where it is computed; by default in this thread. */
  bcrypt?: Bcrypt;
  /** How many hashes may be computed at a time. */
  concurrency?: number;
  /** How many may wait for their turn before others are sent away. */
  waiting?: number;
}

export interface Passwords {
  /** The hash to store. */
  hash(password: string): Promise<string>;
  /**
   * Whether a password is the stored one. Exactly one bcrypt, also where nothing is stored, so that
   * the time tells nobody whether an account exists.
   */
  verify(password: string, stored: string | null): Promise<boolean>;
  /** Whether a stored hash was made at a lower cost than is asked for now. */
  isOutdated(stored: string): boolean;
}

/** @throws {Problem} `unavailable` from hash and verify when too many wait already. */
export function createPasswords(
  { pepper, cost, bcrypt = bcryptHere, concurrency = 1, waiting = 32 }: PasswordOptions,
): Passwords {
  const inTurn = turns(concurrency, waiting);
  // Nobody's: a hash of this cost that no password gives.
  const decoy = `$2b$${String(cost).padStart(2, "0")}$${".".repeat(53)}`;
  return {
    hash: (password) =>
      inTurn(async () => await bcrypt.hash(await peppered(password, pepper), cost)),
    verify: (password, stored) =>
      inTurn(async () => {
        const same = await bcrypt.compare(await peppered(password, pepper), stored ?? decoy);
        return same && stored !== null;
      }),
    isOutdated: (stored) => costOf(stored) < cost,
  };
}

/** Whether a password, in any case, is among the fifty thousand that leaks show most often. */
export function isCommon(password: string): boolean {
  return COMMON.has(password.toLowerCase());
}

const COMMON: ReadonlySet<string> = new Set(dictionary["passwords-common"] as string[]);

/**
 * NFKC first, so that one password typed on two keyboards is one (NIST SP 800-63B, 5.1.1.2).
 * @returns 64 characters of base64.
 */
async function peppered(password: string, pepper: string): Promise<string> {
  const bytes = new TextEncoder();
  const key = await crypto.subtle.importKey(
    "raw",
    bytes.encode(pepper),
    { name: "HMAC", hash: "SHA-384" },
    false,
    ["sign"],
  );
  const mac = await crypto.subtle.sign("HMAC", key, bytes.encode(password.normalize("NFKC")));
  return new Uint8Array(mac).toBase64();
}

/** Runs at most `running` works at a time and lets at most `waiting` queue, first come first served. */
function turns(running: number, waiting: number) {
  let active = 0;
  const queue: (() => void)[] = [];
  return async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (active >= running) {
      if (queue.length >= waiting) {
        throw new Problem(
          "unavailable",
          "Too many people are signing in at this moment; please try again shortly.",
          { headers: { "retry-after": "5" } },
        );
      }
      // The one who leaves hands over the place, so `active` stays.
      await new Promise<void>((resolve) => queue.push(resolve));
    } else {
      active++;
    }
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else active--;
    }
  };
}
