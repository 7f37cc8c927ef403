/** One delivery attempt. */
import { isAllowed, kindOfHost } from "./address.ts";
import { type Answer, readAnswer } from "./answer.ts";
import type { Attempt, ClaimedDelivery } from "./deliveries.ts";
import { AttemptError, attemptError, OTHER_ATTEMPT_ERROR } from "./attempt_error.ts";
import { unseal } from "../keys/sealed.ts";
import { signedHeaders } from "./signature.ts";
import { faultOfUrl } from "./webhook_url.ts";

/**
 * Sends a POST to one of `addresses` only, whatever the URL's name resolves to, without following
 * redirects. `addresses` is empty if the URL's host is a literal address.
 */
export type SendPinned = (
  url: string,
  request: {
    addresses: string[];
    headers: Record<string, string>;
    body: string;
    signal: AbortSignal;
  },
) => Promise<Response>;

export interface PostWebhookDeps {
  send: SendPinned;
  /** Returns all addresses of a host name, A and AAAA. */
  resolve: (name: string) => Promise<string[]>;
  /** Milliseconds since 1970: `Date.now`. */
  clock: () => number;
  /** Key that seals endpoint secrets: 32 bytes. */
  secretKey: Uint8Array<ArrayBuffer>;
  /** Whether webhooks may be sent to loopback addresses. */
  allowLoopback: boolean;
  /** Time limit of name resolution, connection and response together. */
  timeoutMs?: number;
}

/** Header that authenticates the sender, omitted from the attempt's log. */
const PROOF = "webhook-signature";

/**
 * Sends a delivery. Never throws: errors are part of the attempt. `cause` is an error without a
 * sentence of its own, for the log.
 * @param options.cut aborts the attempt.
 */
export async function postWebhook(
  delivery: ClaimedDelivery,
  { clock, cut, timeoutMs = 15_000, ...deps }: PostWebhookDeps & { cut: AbortSignal },
): Promise<{ attempt: Attempt; retryAfter: number | null; cause?: unknown }> {
  const started = clock();
  let requestHeaders: Record<string, string> = {};
  let answer: Answer | null = null;
  let error: string | null = null;
  let cause: unknown;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([timeout, cut]);
  try {
    const { url, body } = delivery;
    const headers = await headersOf(delivery, { secretKey: deps.secretKey, now: started });
    const { [PROOF]: _, ...shown } = headers;
    requestHeaders = shown;
    const addresses = await orAbort(checkedAddresses(url, deps), signal);
    const response = await deps.send(url, { addresses, headers, body, signal });
    answer = await readAnswer(response, { now: clock(), signal });
  } catch (thrown) {
    error = timeout.aborted ? `No response within ${timeoutMs / 1000} s.` : attemptError(thrown);
    if (error === OTHER_ATTEMPT_ERROR) cause = thrown;
  }
  const attempt = {
    startedAt: new Date(started),
    durationMs: Math.round(clock() - started),
    requestHeaders,
    statusCode: answer?.statusCode ?? null,
    responseHeaders: answer?.headers ?? null,
    response: answer?.text ?? null,
    error,
  };
  return { attempt, retryAfter: answer?.retryAfter ?? null, cause };
}

async function headersOf(
  { endpoint_id, body, type, webhook_id, request_id, secret, previous_secret }: ClaimedDelivery,
  { secretKey, now }: { secretKey: Uint8Array<ArrayBuffer>; now: number },
): Promise<Record<string, string>> {
  const secrets: string[] = [];
  try {
    const opening = { key: secretKey, owner: endpoint_id };
    secrets.push(await unseal(secret!, opening));
    if (previous_secret) secrets.push(await unseal(previous_secret, opening));
  } catch {
    throw new AttemptError(
      "The endpoint's secret cannot be decrypted with this installation's key.",
    );
  }
  const timestamp = Math.floor(now / 1000);
  return {
    ...await signedHeaders(body, { id: webhook_id, timestamp, secrets }),
    "content-type": "application/json",
    "accept-encoding": "identity",
    "user-agent": "AiREC-Webhooks/1",
    "airec-event": type,
    ...(request_id !== null && { "x-request-id": request_id }),
  };
}

/**
 * Returns the checked addresses of a URL's host; none if the host is a literal address.
 * @throws {AttemptError} if any address is not allowed.
 */
async function checkedAddresses(
  target: string,
  { resolve, allowLoopback }: Pick<PostWebhookDeps, "resolve" | "allowLoopback">,
): Promise<string[]> {
  const fault = faultOfUrl(target, { allowLoopback });
  if (fault) throw new AttemptError(`The endpoint's URL ${fault}.`);
  const { hostname } = new URL(target);
  // `localhost` has the kind of an address, but is a name.
  const isLiteral = hostname.startsWith("[") || /^\d+\.\d+\.\d+\.\d+\.?$/.test(hostname);
  if (isLiteral) return [];
  const addresses = await resolve(hostname);
  if (addresses.length === 0) throw new AttemptError(`The name ${hostname} has no address.`);
  for (const address of addresses) {
    const kind = kindOfHost(address);
    if (kind === "name" || !isAllowed(kind, { allowLoopback })) {
      throw new AttemptError(
        `Webhooks are sent to public addresses only, and ${hostname} resolves to another.`,
      );
    }
  }
  return addresses;
}

/** Returns the work's result, or rejects when the signal is aborted. */
function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  return promise;
}
