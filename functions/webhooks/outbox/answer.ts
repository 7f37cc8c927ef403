/** An endpoint's response, as far as it is read and stored. */

export interface Answer {
  statusCode: number;
  /** Selected headers, without cookies and credentials. */
  headers: Record<string, string>;
  /** Beginning of the body. */
  text: string;
  /** Retry-After in seconds, or null. */
  retryAfter: number | null;
}

/** Bytes read of a body, and characters stored of it. */
const READ_BYTES = 20_000;
const KEPT_CHARACTERS = 2_000;
/** Stored length of a header value, in characters. */
const KEPT_OF_HEADER = 200;
/** Maximum delay by Retry-After, in seconds. */
const LONGEST_WAIT_SECONDS = 24 * 60 * 60;

const KEPT_HEADERS = [
  "content-type",
  "content-length",
  "date",
  "server",
  "location",
  "retry-after",
  "allow",
  "x-request-id",
  "traceparent",
];

/** Reads a response. Only its status decides: a truncated or endless body is not an error. */
export async function readAnswer(
  response: Response,
  { now, signal }: { now: number; signal: AbortSignal },
): Promise<Answer> {
  const headers: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = response.headers.get(name);
    if (value !== null) headers[name] = storable(value.slice(0, KEPT_OF_HEADER));
  }
  return {
    statusCode: response.status,
    headers,
    text: await beginningOf(response, signal),
    retryAfter: secondsOf(response.headers.get("retry-after"), now),
  };
}

async function beginningOf(response: Response, signal: AbortSignal): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  const reader = response.body?.getReader();
  const cancel = () => reader?.cancel().catch(() => {});
  signal.addEventListener("abort", cancel, { once: true });
  try {
    while (reader && bytes < READ_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.length;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    // Keep what was received.
  }
  signal.removeEventListener("abort", cancel);
  await cancel();
  return storable(text.slice(0, KEPT_CHARACTERS));
}

/** Replaces NUL and lone surrogates, which Postgres cannot store. */
function storable(text: string): string {
  return text.replaceAll("\0", "\uFFFD").toWellFormed();
}

/** Returns Retry-After in seconds (RFC 9110, 10.2.3: seconds or a date), or null. */
function secondsOf(value: string | null, now: number): number | null {
  if (value === null) return null;
  const seconds = /^\d+$/.test(value.trim()) ? Number(value) : (Date.parse(value) - now) / 1000;
  if (Number.isNaN(seconds)) return null;
  return Math.min(Math.max(seconds, 0), LONGEST_WAIT_SECONDS);
}
