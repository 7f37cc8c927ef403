/** What an endpoint answered, as far as it is read and kept. */

export interface Answer {
  statusCode: number;
  /** Those that tell of the answer; no cookie, nothing that proves anybody. */
  headers: Record<string, string>;
  /** The body's beginning. */
  text: string;
  /** Seconds that it asks to wait, or null. */
  retryAfter: number | null;
}

/** How much of a body is read, and how much of that is kept. */
const READ_BYTES = 20_000;
const KEPT_CHARACTERS = 2_000;
/** How much is kept of a header's value. */
const KEPT_OF_HEADER = 200;
/** The longest that an endpoint can put off the next attempt. */
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

/** Reads an answer. The status is what counts: a body that breaks off or never ends changes nothing. */
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
    // Kept as far as it came.
  }
  signal.removeEventListener("abort", cancel);
  await cancel();
  return storable(text.slice(0, KEPT_CHARACTERS));
}

/** Postgres stores no zero character and no half of a pair. */
function storable(text: string): string {
  return text.replaceAll("\0", "\uFFFD").toWellFormed();
}

/** Retry-After in seconds (RFC 9110, 10.2.3: seconds or a date), or null. */
function secondsOf(value: string | null, now: number): number | null {
  if (value === null) return null;
  const seconds = /^\d+$/.test(value.trim()) ? Number(value) : (Date.parse(value) - now) / 1000;
  if (Number.isNaN(seconds)) return null;
  return Math.min(Math.max(seconds, 0), LONGEST_WAIT_SECONDS);
}
