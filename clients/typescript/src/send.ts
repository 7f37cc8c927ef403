/** One call with its retries and time limit. */
import { AirecError, type Problem } from "./airec_error.ts";

export interface SendOptions {
  method: "GET" | "POST" | "PUT" | "DELETE";
  headers: Record<string, string>;
  body?: string;
  /** Time limit of all attempts together, in milliseconds. */
  timeoutMs: number;
  retries: number;
  fetch: typeof fetch;
  signal?: AbortSignal;
}

/** Statuses by which the service says that it did nothing and asks for another attempt. */
const RETRIED = [429, 503];

/** First pause between attempts, which doubles with each, in milliseconds. */
const PAUSE_MS = 200;

/**
 * Sends a request and returns the JSON of its response.
 * @throws {AirecError} for a status of 400 or more.
 */
export async function send(url: string, options: SendOptions): Promise<unknown> {
  const { timeoutMs, retries, signal, fetch, ...request } = options;
  const limit = AbortSignal.timeout(timeoutMs);
  const end = Date.now() + timeoutMs;
  const init = { ...request, signal: signal ? AbortSignal.any([signal, limit]) : limit };
  for (let attempt = 0;; attempt++) {
    const response = await fetch(url, init).catch((error: unknown) => {
      if (init.signal.aborted || attempt >= retries) throw error;
    });
    if (response?.ok) return await response.json();
    const pause = pauseMs(response?.headers.get("retry-after"), attempt);
    const isRetried = !response || RETRIED.includes(response.status);
    if (response && !(isRetried && attempt < retries && Date.now() + pause < end)) {
      throw new AirecError(response.status, await problemOf(response));
    }
    await response?.body?.cancel();
    await new Promise((resolve) => setTimeout(resolve, pause));
    init.signal.throwIfAborted();
  }
}

/** Returns the pause that a response asks for, otherwise a random one that grows. */
function pauseMs(retryAfter: string | null | undefined, attempt: number): number {
  const seconds = Number(retryAfter ?? NaN);
  return seconds >= 0 ? seconds * 1000 : PAUSE_MS * 2 ** attempt * (0.5 + Math.random());
}

async function problemOf(response: Response): Promise<Problem | undefined> {
  const text = await response.text();
  if (!response.headers.get("content-type")?.startsWith("application/problem+json")) return;
  return JSON.parse(text) as Problem;
}
