/**
 * Password hashing: bcrypt over base64(HMAC-SHA-384(pepper, password)), as in OWASP's Password
 * Storage Cheat Sheet. bcrypt alone reads 72 bytes and stops at a zero byte; its input here is 64
 * characters that depend on the whole password, and cannot be computed without the pepper.
 */
import { dictionary } from "@zxcvbn-ts/language-common";
import { Problem } from "../http/problem.ts";
import { type Bcrypt, bcryptHere, costOf } from "./bcrypt.ts";

export interface PasswordOptions {
  pepper: string;
  /** bcrypt cost: each increment doubles the work. */
  cost: number;
  /** Implementation; by default in the caller's thread. */
  bcrypt?: Bcrypt;
  /** Maximum number of concurrent hashes. */
  concurrency?: number;
  /** Maximum number of queued hashes; above it requests are rejected. */
  waiting?: number;
}

export interface Passwords {
  /** Returns the hash to store. */
  hash(password: string): Promise<string>;
  /**
   * Whether the password matches the stored hash. Always computes one bcrypt, also without a stored
   * hash, so that timing does not reveal whether an account exists.
   */
  verify(password: string, stored: string | null): Promise<boolean>;
  /** Whether a stored hash has a lower cost than the current setting. */
  isOutdated(stored: string): boolean;
}

/** @throws {Problem} `unavailable` from hash and verify if the queue is full. */
export function createPasswords(
  { pepper, cost, bcrypt = bcryptHere, concurrency = 1, waiting = 32 }: PasswordOptions,
): Passwords {
  const limited = semaphore(concurrency, waiting);
  // A hash of this cost that no password matches.
  const decoy = `$2b$${String(cost).padStart(2, "0")}$${".".repeat(53)}`;
  return {
    hash: (password) =>
      limited(async () => await bcrypt.hash(await peppered(password, pepper), cost)),
    verify: (password, stored) =>
      limited(async () => {
        const same = await bcrypt.compare(await peppered(password, pepper), stored ?? decoy);
        return same && stored !== null;
      }),
    isOutdated: (stored) => costOf(stored) < cost,
  };
}

/** Whether a password, ignoring case, is among the fifty thousand most common in leaks. */
export function isCommon(password: string): boolean {
  return COMMON.has(password.toLowerCase());
}

const COMMON: ReadonlySet<string> = new Set(dictionary["passwords-common"] as string[]);

/**
 * NFKC first, so that equivalent Unicode input is the same password (NIST SP 800-63B, 5.1.1.2).
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

/** Semaphore: at most `running` concurrent and `waiting` queued calls, first in, first out. */
function semaphore(running: number, waiting: number) {
  let active = 0;
  const queue: (() => void)[] = [];
  return async function limited<T>(work: () => Promise<T>): Promise<T> {
    if (active >= running) {
      if (queue.length >= waiting) {
        throw new Problem(
          "unavailable",
          "Too many users are signing in right now; please try again shortly.",
          { headers: { "retry-after": "5" } },
        );
      }
      // The finishing call passes on its slot, so `active` is unchanged.
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
