/** The recommender as this service calls it: over HTTP, as the owner of the app that asks. */
import { mintToken, SERVICE } from "../http/identity.ts";
import { Memory } from "../http/memory.ts";
import { Problem } from "../http/problem.ts";

export interface RecommenderOptions {
  /** Where it is: "http://127.0.0.1:8000". */
  url: string;
  /** The key of service tokens. */
  secret: string;
  fetch: typeof fetch;
  /** How long an answer may take. */
  timeoutMs?: number;
}

/** For whom, and under which request id: the recommender's log and problems carry the same one. */
export interface Caller {
  ownerId: string;
  requestId: string;
}

/** An answer as it came: JSON, or a problem document. */
export interface RecommenderAnswer {
  status: number;
  contentType: string;
  /** The very text. */
  body: string;
  link: string | null;
  retryAfter: string | null;
  /** What it cost, in units; null where it cost one or nothing. */
  units: string | null;
}

/** The header by which the recommender, and then this service, says what an answer cost. */
export const UNITS_HEADER = "x-airec-units";

export interface Recommender {
  /** `POST /project/{id}/recommendations`. */
  recommend(projectId: number, body: unknown, caller: Caller): Promise<RecommenderAnswer>;
  /** `POST /project/{id}/recommendations/batch`. */
  batch(projectId: number, body: unknown, caller: Caller): Promise<RecommenderAnswer>;
  /** `GET /project/{id}/popular`. */
  popular(projectId: number, query: URLSearchParams, caller: Caller): Promise<RecommenderAnswer>;
  /** `GET /project/{id}/items`. */
  items(projectId: number, query: URLSearchParams, caller: Caller): Promise<RecommenderAnswer>;
  /** `GET /project/{id}/columns`. */
  columns(projectId: number, caller: Caller): Promise<RecommenderAnswer>;
  /**
   * `GET /project/{id}/model/{file}` with these headers beside: 200, 206 or 304, whose bytes are
   * streamed, or a problem document.
   */
  modelFile(
    projectId: number,
    file: string,
    caller: Caller & { asked: Record<string, string> },
  ): Promise<Response>;
  /** Its time where it says one, in milliseconds since 1970. @throws where it does not answer. */
  check(): Promise<number | void>;
}

/** How long a service token is believed, and how long the same one is shown. */
const TOKEN_SECONDS = 60;
const SHOWN_MS = 30_000;
/** So many owners' tokens are remembered. */
const ROOM = 10_000;

/**
 * All calls throw {Problem} `unavailable` when no answer comes in time, and `bad_gateway` when what
 * comes is no answer of a recommender.
 */
export function createRecommender(
  { url, secret, fetch, timeoutMs = 30_000 }: RecommenderOptions,
): Recommender {
  const base = url.replace(/\/+$/, "");

  /** Owners' tokens, each the same for a while: both sides are spared a signature a call. */
  const tokens = new Memory<string>({ ms: SHOWN_MS, room: ROOM });

  /** Asks, and hands the answer to `take`: it must do what the time limit is to cover. */
  async function ask<T>(
    path: string,
    caller: Caller,
    init: { method?: string; body?: string; headers?: Record<string, string> },
    take: (response: Response) => T | Promise<T>,
  ): Promise<T> {
    const { ownerId, requestId } = caller;
    const token = await tokens.of(ownerId, {
      by: caller,
      find: () => mintToken(ownerId, { kind: SERVICE, secret, seconds: TOKEN_SECONDS }),
    });
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), timeoutMs);
    try {
      const response = await fetch(base + path, {
        ...init,
        headers: {
          ...init.headers,
          authorization: `Bearer ${token}`,
          "x-request-id": requestId,
          ...(init.body !== undefined && { "content-type": "application/json" }),
        },
        redirect: "manual",
        signal: late.signal,
      });
      return await take(response);
    } catch {
      throw new Problem(
        "unavailable",
        "The recommender does not answer; please try again shortly.",
        { headers: { "retry-after": "2" } },
      );
    } finally {
      clearTimeout(timer);
    }
  }

  async function call(
    path: string,
    caller: Caller,
    init: { method?: string; body?: string } = {},
  ): Promise<RecommenderAnswer> {
    const answer = await ask(path, caller, init, async (response) => ({
      status: response.status,
      contentType: response.headers.get("content-type") ?? "",
      body: await response.text(),
      link: response.headers.get("link"),
      retryAfter: response.headers.get("retry-after"),
      units: response.headers.get(UNITS_HEADER),
    }));
    if (!isAnswer(answer)) throw noAnswer(answer.status);
    return answer;
  }

  return {
    recommend: (projectId, body, caller) =>
      call(`/project/${projectId}/recommendations`, caller, {
        method: "POST",
        body: JSON.stringify(body),
      }),
    batch: (projectId, body, caller) =>
      call(`/project/${projectId}/recommendations/batch`, caller, {
        method: "POST",
        body: JSON.stringify(body),
      }),
    popular: (projectId, query, caller) => call(`/project/${projectId}/popular?${query}`, caller),
    items: (projectId, query, caller) => call(`/project/${projectId}/items?${query}`, caller),
    columns: (projectId, caller) => call(`/project/${projectId}/columns`, caller),
    async modelFile(projectId, file, { asked: headers, ...caller }) {
      const path = `/project/${projectId}/model/${file}`;
      const response = await ask(path, caller, { headers }, (response) => response);
      const { status } = response;
      const contentType = response.headers.get("content-type") ?? "";
      if (status === 304 || status === 200 || status === 206) return response;
      if (isAnswer({ status, contentType })) return response;
      await response.body?.cancel();
      throw noAnswer(status);
    },
    async check() {
      const response = await fetch(`${base}/health`, { signal: AbortSignal.timeout(2_000) });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`The recommender answers ${response.status}.`);
      // Whole seconds, cut off (RFC 9110, 6.6.1): half of one more is right on average.
      const said = Date.parse(response.headers.get("date") ?? "");
      return Number.isNaN(said) ? undefined : said + 500;
    },
  };
}

/**
 * A 200 with JSON or a problem document. Not a 401: the token is ours, so whoever called with a key
 * could do nothing about it.
 */
function isAnswer(
  { status, contentType }: Pick<RecommenderAnswer, "status" | "contentType">,
): boolean {
  if (status === 200) return /^application\/json\b/.test(contentType);
  return status >= 400 && status !== 401 && /^application\/problem\+json\b/.test(contentType);
}

function noAnswer(status: number): Problem {
  return new Problem("bad_gateway", `The recommender gave no proper answer: status ${status}.`);
}
