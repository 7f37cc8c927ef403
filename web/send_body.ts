/** One request with a body whose leaving is watched: XMLHttpRequest, as `fetch` tells nothing of it. */
import { ApiProblem, unreachable } from "./problem.ts";
import { freshBearer, renewed } from "./refresh.ts";
import { text } from "./text/upload.ts";

export interface SendBodyOptions {
  body?: XMLHttpRequestBodyInit;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Told the bytes that have left. */
  onProgress?: (sent: number, total: number) => void;
}

/** A line on which nothing moves for so long, in milliseconds, is taken for broken. */
const STALLED = 60_000;

/**
 * Sends with a login; gives the answer's JSON.
 * @throws {ApiProblem} what the service refused, `unreachable` where the line broke or stood still,
 * `aborted` by the signal.
 */
export async function sendBody(
  method: string,
  url: string,
  options: SendBodyOptions,
): Promise<unknown> {
  const { authorization } = await freshBearer();
  try {
    return await sendOnce(method, url, { ...options, authorization });
  } catch (error) {
    const { status } = error as ApiProblem;
    if (status !== 401 || !authorization || !await renewed(authorization)) throw error;
    return await sendOnce(method, url, { ...options, ...await freshBearer() });
  }
}

function sendOnce(
  method: string,
  url: string,
  { body, headers = {}, authorization, signal, onProgress }: SendBodyOptions & {
    authorization?: string;
  },
): Promise<unknown> {
  const request = new XMLHttpRequest();
  let stalled: ReturnType<typeof setTimeout> | undefined;
  const sent = new Promise((resolve, reject) => {
    const move = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => {
        reject(unreachable(new URL(url).origin));
        request.abort();
      }, STALLED);
    };
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    if (authorization) request.setRequestHeader("authorization", authorization);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => {
      move();
      onProgress?.(loaded, total);
    };
    // From here on the service is at work, and may be for long.
    request.upload.onload = () => clearTimeout(stalled);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) return resolve(request.response);
      reject(
        new ApiProblem(request.status, {
          ...request.response,
          retry_after: request.getResponseHeader("retry-after"),
        }),
      );
    };
    request.onerror = () => reject(unreachable(new URL(url).origin));
    request.onabort = () => reject(aborted());
    signal?.addEventListener("abort", () => request.abort());
    move();
    if (signal?.aborted) reject(aborted());
    else request.send(body);
  });
  return sent.finally(() => clearTimeout(stalled));
}

/** The problem of what somebody stopped. */
export function aborted(): ApiProblem {
  return new ApiProblem(0, { code: "aborted", detail: text.stopped });
}
