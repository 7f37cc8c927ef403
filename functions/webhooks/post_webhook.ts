/** One attempt to deliver one event. */
import { isAllowed, kindOfHost } from "./address.ts";
import { type Answer, readAnswer } from "./answer.ts";
import type { Attempt, ClaimedDelivery } from "./deliveries.ts";
import { unseal } from "./sealed.ts";
import { signedHeaders } from "./signature.ts";
import { faultOfUrl } from "./webhook_url.ts";

/**
 * A POST that connects to one of `addresses` and to nothing else, whatever the URL's name leads to
 * by then; it follows no redirection. Empty where the URL's host is an address itself.
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
  /** All addresses of a host name, A and AAAA. */
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

/** Headers that prove the sender: an attempt's log leaves them out. */
const PROOF = "webhook-signature";

/**
 * Sends a delivery. It never throws: what went wrong is in the attempt.
 * @param options.cut ends the attempt early.
 */
export async function postWebhook(
  delivery: ClaimedDelivery,
  { clock, cut, timeoutMs = 15_000, ...deps }: PostWebhookDeps & { cut: AbortSignal },
): Promise<{ attempt: Attempt; retryAfter: number | null }> {
  const started = clock();
  let requestHeaders: Record<string, string> = {};
  let answer: Answer | null = null;
  let error: string | null = null;
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
    error = timeout.aborted
      ? `No answer within ${timeoutMs / 1000} s.`
      : thrown instanceof Error
      ? thrown.message
      : String(thrown);
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
  return { attempt, retryAfter: answer?.retryAfter ?? null };
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
    throw new Error("The endpoint's secret cannot be opened with this installation's key.");
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
 * The addresses that a URL leads to, each of which may be sent to; none where the URL's host is one
 * itself.
 * @throws {Error} where a single one may not.
 */
async function checkedAddresses(
  target: string,
  { resolve, allowLoopback }: Pick<PostWebhookDeps, "resolve" | "allowLoopback">,
): Promise<string[]> {
  const fault = faultOfUrl(target, { allowLoopback });
  if (fault) throw new Error(`The endpoint's URL ${fault}.`);
  const { hostname } = new URL(target);
  // `localhost` is of the kind of its addresses, but a name all the same.
  const isLiteral = hostname.startsWith("[") || /^\d+\.\d+\.\d+\.\d+\.?$/.test(hostname);
  if (isLiteral) return [];
  const addresses = await resolve(hostname);
  if (addresses.length === 0) throw new Error(`The name ${hostname} has no address.`);
  for (const address of addresses) {
    const kind = kindOfHost(address);
    if (kind === "name" || !isAllowed(kind, { allowLoopback })) {
      throw new Error(`Webhooks go to public addresses only, and ${hostname} leads to another.`);
    }
  }
  return addresses;
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
