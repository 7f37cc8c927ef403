/** HTTP client of the recommender, acting as the app's owner. */
import { type ActorId, mintToken, SERVICE } from "../../http/identity/identity.ts";
import { Memory } from "../../http/load/memory.ts";
import { Problem } from "../../http/problem.ts";
import { LISTS_HEADER, UNITS_HEADER } from "../../http/service/service.ts";
import { hangWatch } from "./hang_watch.ts";

export interface RecommenderOptions {
  /** Base URL, such as "http://127.0.0.1:8000". */
  url: string;
  /** Signing secret of service tokens. */
  secret: string;
  fetch: typeof fetch;
  /** Time limit of a response while the recommender works on it. */
  timeoutMs?: number;
  /** Time without a response after which its health is checked. */
  patienceMs?: number;
}

/** Owner, actor, and request id, which also appears in the recommender's log and problems. */
export interface Caller {
  ownerId: string;
  actorId: ActorId;
  requestId: string;
}

/** A response: JSON, or a problem document. */
export interface RecommenderAnswer {
  status: number;
  contentType: string;
  /** The unchanged text. */
  body: string;
  link: string | null;
  retryAfter: string | null;
  /** Cost in units; null if the response does not name it. */
  units: number | null;
  /** The lists of the answer, as JSON; null if it has none. */
  lists: string | null;
}

export interface Recommender {
  /** `POST /project/{id}/recommendations`. */
  recommend(projectId: number, body: unknown, caller: Caller): Promise<RecommenderAnswer>;
  /** `POST /project/{id}/recommendations/batch`. */
  batch(projectId: number, body: unknown, caller: Caller): Promise<RecommenderAnswer>;
  /** `GET /project/{id}/popular`. */
  popular(projectId: number, query: URLSearchParams, caller: Caller): Promise<RecommenderAnswer>;
  /** `GET /project/{id}/trending`. */
  trending(projectId: number, query: URLSearchParams, caller: Caller): Promise<RecommenderAnswer>;
  /** `GET /project/{id}/items`. */
  items(projectId: number, query: URLSearchParams, caller: Caller): Promise<RecommenderAnswer>;
  /** `PUT /project/{id}/items`. */
  putItems(projectId: number, body: unknown, caller: Caller): Promise<RecommenderAnswer>;
  /** `DELETE /project/{id}/items`. */
  deleteItems(projectId: number, body: unknown, caller: Caller): Promise<RecommenderAnswer>;
  /** `GET /project/{id}/columns`. */
  columns(projectId: number, caller: Caller): Promise<RecommenderAnswer>;
  /** `POST /project/{id}/events`. */
  events(projectId: number, body: unknown, caller: Caller): Promise<RecommenderAnswer>;
  /** `POST /project/{id}/users/merge`. */
  mergeVisitor(projectId: number, body: unknown, caller: Caller): Promise<RecommenderAnswer>;
  /**
   * `GET /project/{id}/model/{file}` with the headers of `asked`: a streamed 200, 206 or 304, or a
   * problem document.
   */
  modelFile(
    projectId: number,
    file: string,
    caller: Caller & { asked: Record<string, string> },
  ): Promise<Response>;
  /** Returns its time, if reported, in ms since 1970. @throws if it is unavailable. */
  check(): Promise<number | void>;
}

/** Lifetime of a service token, and the time for which it is reused. */
const TOKEN_SECONDS = 60;
const SHOWN_MS = 30_000;
/** Maximum number of cached tokens. */
const MAX_CACHED = 10_000;

/**
 * Creates a client whose calls throw {Problem} `unavailable` without a response in time, and
 * `bad_gateway` for a response that is not the recommender's.
 */
export function createRecommender(
  { url, secret, fetch, timeoutMs = 30_000, patienceMs }: RecommenderOptions,
): Recommender {
  const base = url.replace(/\/+$/, "");

  /** Tokens by owner and actor, reused for a while to save both sides a signature for each call. */
  const tokens = new Memory<string>({ ms: SHOWN_MS, room: MAX_CACHED });

  /** Sends a request and passes the response to `take`, which the time limit covers. */
  async function ask<T>(
    path: string,
    caller: Caller,
    init: { method?: string; body?: string; headers?: Record<string, string> },
    take: (response: Response) => T | Promise<T>,
  ): Promise<T> {
    const { ownerId, actorId, requestId } = caller;
    const token = await tokens.of(`${ownerId} ${actorId}`, {
      by: caller,
      find: () => mintToken(ownerId, { kind: SERVICE, secret, seconds: TOKEN_SECONDS, actorId }),
    });
    using watch = hangWatch(health, { mostMs: timeoutMs, patienceMs });
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
        signal: watch.signal,
      });
      return await take(response);
    } catch {
      throw new Problem(
        "unavailable",
        "The recommender does not respond; please try again shortly.",
        { headers: { "retry-after": "2" } },
      );
    }
  }

  async function health(ms: number): Promise<Response> {
    const response = await fetch(`${base}/health`, { signal: AbortSignal.timeout(ms) });
    await response.body?.cancel();
    return response;
  }

  async function call(
    path: string,
    caller: Caller,
    init: { method?: string; body?: string } = {},
  ): Promise<RecommenderAnswer> {
    const { date, ...answer } = await ask(path, caller, init, async (response) => ({
      status: response.status,
      contentType: response.headers.get("content-type") ?? "",
      body: await response.text(),
      link: response.headers.get("link"),
      retryAfter: response.headers.get("retry-after"),
      units: Number(response.headers.get(UNITS_HEADER)) || null,
      lists: response.headers.get(LISTS_HEADER),
      date: response.headers.get("date"),
    }));
    if (!isAnswer(answer)) throw noAnswer(answer.status, date);
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
    trending: (projectId, query, caller) => call(`/project/${projectId}/trending?${query}`, caller),
    items: (projectId, query, caller) => call(`/project/${projectId}/items?${query}`, caller),
    putItems: (projectId, body, caller) =>
      call(`/project/${projectId}/items`, caller, { method: "PUT", body: JSON.stringify(body) }),
    deleteItems: (projectId, body, caller) =>
      call(`/project/${projectId}/items`, caller, {
        method: "DELETE",
        body: JSON.stringify(body),
      }),
    columns: (projectId, caller) => call(`/project/${projectId}/columns`, caller),
    events: (projectId, body, caller) =>
      call(`/project/${projectId}/events`, caller, { method: "POST", body: JSON.stringify(body) }),
    mergeVisitor: (projectId, body, caller) =>
      call(`/project/${projectId}/users/merge`, caller, {
        method: "POST",
        body: JSON.stringify(body),
      }),
    async modelFile(projectId, file, { asked: headers, ...caller }) {
      const path = `/project/${projectId}/model/${file}`;
      const response = await ask(path, caller, { headers }, (response) => response);
      const { status } = response;
      const contentType = response.headers.get("content-type") ?? "";
      if (status === 304 || status === 200 || status === 206) return response;
      if (isAnswer({ status, contentType })) return response;
      await response.body?.cancel();
      throw noAnswer(status, response.headers.get("date"));
    },
    async check() {
      const response = await health(2_000);
      if (!response.ok) throw new Error(`The recommender responded with ${response.status}.`);
      return timeOf(response.headers.get("date"));
    },
  };
}

/**
 * Whether it is a 200 or 202 with JSON or a problem document. A 401 is neither: it concerns our token, and
 * the caller could not resolve it.
 */
function isAnswer(
  { status, contentType }: Pick<RecommenderAnswer, "status" | "contentType">,
): boolean {
  if (status === 200 || status === 202) return /^application\/json\b/.test(contentType);
  return status >= 400 && status !== 401 && /^application\/problem\+json\b/.test(contentType);
}

/** Returns a `date` header in ms since 1970, undefined if it is none. */
function timeOf(date: string | null): number | undefined {
  const time = Date.parse(date ?? "");
  // Truncated to seconds (RFC 9110, 6.6.1): half a second more is right on average.
  return Number.isNaN(time) ? undefined : time + 500;
}

/** Returns the problem of an invalid response; of a refused token with the cause. */
function noAnswer(status: number, date: string | null): Problem {
  if (status !== 401) {
    return new Problem("bad_gateway", `The recommender's response was invalid: status ${status}.`);
  }
  const apart = Math.round(Math.abs((timeOf(date) ?? Date.now()) - Date.now()) / 1000);
  const cause = apart >= TOKEN_SECONDS
    ? `the clocks of the two services differ by ${apart} seconds. The operator must set them, for ` +
      "example by NTP"
    : "probably SERVICE_SECRET is not the same for both. The operator must check it";
  return new Problem(
    "bad_gateway",
    `The recommender refuses the requests of this service: ${cause}.`,
  );
}
