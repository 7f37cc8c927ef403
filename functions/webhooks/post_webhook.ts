/** One attempt to deliver one event. */
import { isAllowed, kindOfHost } from "./address.ts";
import type { Attempt, ClaimedDelivery } from "./deliveries.ts";
import { unseal } from "./sealed.ts";
import { signedHeaders } from "./signature.ts";

export interface PostWebhookDeps {
  fetch: typeof fetch;
  /** All addresses of a host name. */
  resolve: (name: string) => Promise<string[]>;
  /** Milliseconds since 1970: `Date.now`. */
  clock: () => number;
  /** The key under which endpoints' secrets are sealed: 32 bytes. */
  secretKey: Uint8Array<ArrayBuffer>;
  /** Whether this machine itself may be sent to. */
  allowLoopback: boolean;
  /** How long all of it may take: name, connection, answer and body. */
  timeoutMs?: number;
}

/** How much of an answer is read, and how much of that is kept. */
const READ_BYTES = 20_000;
const KEPT_CHARACTERS = 2_000;
/** The longest that an endpoint can put off the next attempt. */
const LONGEST_WAIT_SECONDS = 24 * 60 * 60;

/**
 * Sends a delivery. It never throws: what went wrong is in the attempt.
 * @param options.cut ends the attempt early.
 */
export async function postWebhook(
  delivery: ClaimedDelivery,
  { clock, cut, timeoutMs = 15_000, ...deps }: PostWebhookDeps & { cut: AbortSignal },
): Promise<{ attempt: Attempt; retryAfter: number | null }> {
  const started = clock();
  const attempt: Attempt = {
    startedAt: new Date(started),
    durationMs: 0,
    statusCode: null,
    response: null,
    error: null,
  };
  let retryAfter: number | null = null;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([timeout, cut]);
  try {
    const headers = await headersOf(delivery, { secretKey: deps.secretKey, now: started });
    await orAbort(refuseSpecialAddress(new URL(delivery.webhook_url), deps), signal);
    const response = await deps.fetch(delivery.webhook_url, {
      method: "POST",
      body: delivery.body,
      headers,
      // Another address might be anywhere: a redirection is a failure.
      redirect: "manual",
      signal,
    });
    attempt.statusCode = response.status;
    retryAfter = secondsOf(response.headers.get("retry-after"), clock());
    attempt.response = await beginningOf(response);
  } catch (error) {
    attempt.error = timeout.aborted
      ? `No answer within ${timeoutMs / 1000} s.`
      : error instanceof Error
      ? error.message
      : String(error);
  }
  attempt.durationMs = Math.round(clock() - started);
  return { attempt, retryAfter };
}

async function headersOf(
  { app_id, body, type, webhook_id, webhook_secret }: ClaimedDelivery,
  { secretKey, now }: { secretKey: Uint8Array<ArrayBuffer>; now: number },
): Promise<Record<string, string>> {
  let secret: string;
  try {
    secret = await unseal(webhook_secret!, { key: secretKey, owner: app_id });
  } catch {
    throw new Error("The endpoint's secret cannot be opened with this installation's key.");
  }
  const timestamp = Math.floor(now / 1000);
  return {
    ...await signedHeaders(body, { id: webhook_id, timestamp, secret }),
    "content-type": "application/json",
    "user-agent": "AiREC-Webhooks/1",
    "airec-event": type,
  };
}

/** @throws {Error} unless each address that the host has may be sent to. */
async function refuseSpecialAddress(
  { hostname }: URL,
  { resolve, allowLoopback }: Pick<PostWebhookDeps, "resolve" | "allowLoopback">,
): Promise<void> {
  const kind = kindOfHost(hostname);
  if (!isAllowed(kind, { allowLoopback })) throw new Error(refusal(hostname));
  if (kind === "public") return;
  // A literal needs no look-up, but `localhost` is a name too.
  const isLiteral = hostname.startsWith("[") || /^[\d.]+$/.test(hostname);
  if (isLiteral) return;
  const addresses = await resolve(hostname);
  if (addresses.length === 0) throw new Error(`The name ${hostname} has no address.`);
  for (const address of addresses) {
    const resolved = kindOfHost(address);
    if (resolved === "name" || !isAllowed(resolved, { allowLoopback })) {
      throw new Error(refusal(hostname));
    }
  }
}

function refusal(hostname: string): string {
  return `Webhooks go to public addresses only, and ${hostname} is none.`;
}

/** The work's result, or the signal's reason as soon as it is aborted. */
function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  return promise;
}

/**
 * The beginning of an answer's body as text. The status is what counts: a body that breaks off or
 * never ends changes nothing.
 */
async function beginningOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  const reader = response.body?.getReader();
  try {
    while (reader && bytes < READ_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.length;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    // Kept as far as it came.
  }
  await reader?.cancel().catch(() => {});
  // Postgres stores no zero character.
  return text.slice(0, KEPT_CHARACTERS).replaceAll("\0", "\uFFFD").toWellFormed();
}

/** Retry-After in seconds (RFC 9110, 10.2.3: seconds or a date), or null. */
function secondsOf(value: string | null, now: number): number | null {
  if (value === null) return null;
  const seconds = /^\d+$/.test(value.trim()) ? Number(value) : (Date.parse(value) - now) / 1000;
  if (Number.isNaN(seconds)) return null;
  return Math.min(Math.max(seconds, 0), LONGEST_WAIT_SECONDS);
}
