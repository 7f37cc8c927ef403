/** Fetches a file from an address that a user names. */
import { AttemptError, attemptError } from "../../functions/http/outgoing/attempt_error.ts";
import {
  type AddressRules,
  checkedAddresses,
  orAbort,
} from "../../functions/http/outgoing/checked_addresses.ts";
import type { SendPinned } from "../../functions/http/outgoing/pinned_request.ts";

export interface FetchRules extends AddressRules {
  send: SendPinned;
  /** Maximum size of the file as it is sent, in bytes. */
  mostBytes?: number;
  /** Time limit of the whole fetch, in ms. */
  timeoutMs?: number;
}

const MOST_BYTES = 100_000_000;
const TIMEOUT_MS = 120_000;
/** Maximum number of redirects; the address of each is checked. */
const MOST_REDIRECTS = 5;

/**
 * Fetches a URL to a new file at `path`.
 * @throws {AttemptError} with a sentence for the owner.
 */
export async function fetchFile(
  url: string,
  path: string,
  { send, mostBytes = MOST_BYTES, timeoutMs = TIMEOUT_MS, stop, ...rules }: FetchRules & {
    stop: AbortSignal;
  },
): Promise<void> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([timeout, stop]);
  try {
    const response = await followed(url, { ...rules, send, signal });
    const file = await Deno.open(path, { write: true, createNew: true });
    await response.body!.pipeThrough(limit(mostBytes)).pipeTo(file.writable, { signal });
  } catch (error) {
    if (stop.aborted) throw error;
    if (timeout.aborted) {
      throw new AttemptError(`The feed was not received within ${timeoutMs / 1000} s.`);
    }
    throw new AttemptError(attemptError(error, "feed"), { cause: error });
  }
}

/** Returns the response with the file, after redirects. */
async function followed(
  url: string,
  { send, signal, ...rules }: AddressRules & Pick<FetchRules, "send"> & { signal: AbortSignal },
): Promise<Response> {
  let target = url;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const addresses = await orAbort(checkedAddresses(target, { ...rules, noun: "feed" }), signal);
    const response = await send(target, { addresses, headers: HEADERS, signal });
    if (response.status === 200 && response.body) return response;
    await response.body?.cancel();
    const location = response.headers.get("location");
    if (![301, 302, 303, 307, 308].includes(response.status) || location === null) {
      throw new AttemptError(`The feed responded with status ${response.status}.`);
    }
    target = URL.parse(location, target)?.href ?? location;
  }
  throw new AttemptError(`The feed redirected more than ${MOST_REDIRECTS} times.`);
}

const HEADERS = { "user-agent": "AiREC-Feeds/1", "accept-encoding": "identity" };

function limit(mostBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.length;
      if (bytes > mostBytes) {
        throw new AttemptError(
          `The feed has more than ${mostBytes / 1e6} MB: send changes by PUT.`,
        );
      }
      controller.enqueue(chunk);
    },
  });
}
