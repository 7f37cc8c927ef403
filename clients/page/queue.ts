/**
 * Events on their way to the service: sent in batches and in order. Failed batches are repeated
 * with the same event ids, by which the service recognises repeats.
 */
import type { Who } from "./visitor.ts";

/** An event, or the merge of an anonymous visitor into a user. */
export type Entry =
  | { who: Who; event: { id: string; type: string; [member: string]: unknown } }
  | { who: Who; merge: { from: string; into: string; user_token: string } };

/** A response; status 0 if there was none in time. */
export interface Response {
  status: number;
  // deno-lint-ignore no-explicit-any -- JSON of the service
  answer?: any;
}

export interface QueueOptions {
  /** Posts a body as text/plain, which needs no preflight. Never rejects. */
  post: (path: string, body: Record<string, unknown>) => Promise<Response>;
  /** Hands a body to the browser, which sends it after the page is left; false if it refuses. */
  beacon: (path: string, body: Record<string, unknown>) => boolean;
}

/** Time in which events are collected for one request, in milliseconds. */
const BATCH_MS = 1_000;
/** Maximum events of a request, and its characters: a beacon has 64 KiB at most. */
const MOST_EVENTS = 100;
const MOST_CHARACTERS = 20_000;
/** Maximum number of waiting entries; of more, the oldest are dropped. */
const MOST_WAITING = 1_000;
/** Longest pause before a repeat, in milliseconds. */
const LONGEST_PAUSE_MS = 60_000;

export function openQueue({ post, beacon }: QueueOptions) {
  let waiting: Entry[] = [];
  let sending: Promise<void> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  /** Returns the first entries as one request. */
  function first() {
    const [{ who }] = waiting;
    if ("merge" in waiting[0]) {
      return { path: "/api/users/merge", body: waiting[0].merge, entries: [waiting[0]] };
    }
    let characters = 0;
    let end = 0;
    for (const entry of waiting) {
      if (!("event" in entry) || entry.who !== who || end === MOST_EVENTS) {
        break;
      }
      characters += JSON.stringify(entry.event).length;
      if (end > 0 && characters > MOST_CHARACTERS) break;
      end++;
    }
    const entries = waiting.slice(0, end);
    const events = entries.map((entry) => "event" in entry && entry.event);
    const sent_at = new Date().toISOString();
    return { path: "/api/interactions", body: { ...who, sent_at, events }, entries };
  }

  const remove = (entries: Entry[]) =>
    void (waiting = waiting.filter((entry) => !entries.includes(entry)));

  async function sendAll(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    while (waiting.length > 0) {
      const { path, body, entries } = first();
      const { status, answer } = await post(path, body);
      if (status === 0 || status === 408 || status === 429 || status >= 500) {
        schedule(Math.min(LONGEST_PAUSE_MS, BATCH_MS * 2 ** ++failures));
        return;
      }
      failures = 0;
      remove(entries);
      const faults = status < 300 ? answer?.rejected : answer ?? status;
      if (faults && faults.length !== 0) console.warn("airec:", faults);
    }
  }

  function schedule(ms: number): void {
    timer ??= setTimeout(flush, ms);
  }

  function flush(): Promise<void> {
    return sending ??= sendAll().finally(() => sending = undefined);
  }

  return {
    /** Adds an entry, which is sent with those of the next second. */
    add(entry: Entry): void {
      waiting.push(entry);
      if (waiting.length > MOST_WAITING) waiting.shift();
      schedule(BATCH_MS);
    },
    /** Sends everything now. */
    flush,
    /** Whether entries other than impressions wait and the last request succeeded. */
    isDue: (): boolean =>
      failures === 0 &&
      waiting.some((entry) => "merge" in entry || entry.event.type !== "impression"),
    /** Hands everything to the browser, requests under way too: the page may be gone at once. */
    leave(): void {
      while (waiting.length > 0) {
        const { path, body, entries } = first();
        if (!beacon(path, body)) break;
        remove(entries);
      }
    },
    /** Drops everything that waits. */
    clear: () => void (waiting = []),
  };
}
