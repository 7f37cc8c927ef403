/** One delivery attempt. */
import { type Answer, readAnswer } from "./answer.ts";
import type { Attempt, ClaimedDelivery } from "./deliveries.ts";
import {
  AttemptError,
  attemptError,
  OTHER_ATTEMPT_ERROR,
} from "../../http/outgoing/attempt_error.ts";
import {
  type AddressRules,
  checkedAddresses,
  orAbort,
} from "../../http/outgoing/checked_addresses.ts";
import type { SendPinned } from "../../http/outgoing/pinned_request.ts";
import { unseal } from "../../http/secrets/sealed.ts";
import { signedHeaders } from "./signature.ts";

export interface PostWebhookDeps extends AddressRules {
  send: SendPinned;
  /** Milliseconds since 1970: `Date.now`. */
  clock: () => number;
  /** Key that seals endpoint secrets: 32 bytes. */
  secretKey: Uint8Array<ArrayBuffer>;
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
    const addresses = await orAbort(checkedAddresses(url, { ...deps, noun: "endpoint" }), signal);
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
