/** Sends a request body with upload progress, by XMLHttpRequest: `fetch` does not report it. */
import { ApiProblem, unreachable } from "../api/problem.ts";
import { freshBearer, renewed } from "../api/refresh.ts";
import { text } from "./upload_words.ts";

export interface SendBodyOptions {
  body?: XMLHttpRequestBodyInit;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Called with the number of bytes sent. */
  onProgress?: (sent: number, total: number) => void;
}

/** Time without progress after which a connection counts as broken, in milliseconds. */
const STALLED = 60_000;

/**
 * Sends an authenticated request; returns the response's JSON. A 401 is retried once with a new
 * token.
 * @throws {ApiProblem} of the service, `unreachable` if the connection broke or stalled, `aborted`
 * by the signal
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
    // The body is sent; the service may take long to respond.
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

/** Returns the problem of an aborted call. */
export function aborted(): ApiProblem {
  return new ApiProblem(0, { code: "aborted", detail: text.stopped });
}
