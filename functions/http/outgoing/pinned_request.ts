/**
 * HTTP requests pinned to the addresses that were checked. `fetch` would resolve the name again, and
 * its owner could return another address (DNS rebinding); `node:http` accepts ours. TLS still
 * verifies the URL's name. Proxies, redirects and connection reuse are off, since their targets are
 * not checked.
 */
import { type IncomingMessage, request as requestByHttp, type RequestOptions } from "node:http";
import { request as requestByHttps } from "node:https";
import { Readable } from "node:stream";
import { AttemptError } from "./attempt_error.ts";

/**
 * Sends a request to one of `addresses` only, whatever the URL's name resolves to, without following
 * redirects. `addresses` is empty if the URL's host is a literal address.
 */
export type SendPinned = (
  url: string,
  request: {
    addresses: string[];
    headers: Record<string, string>;
    /** Text to POST; without it the request is a GET. */
    body?: string;
    signal: AbortSignal;
  },
) => Promise<Response>;

/** @param options.ca additional trusted certificate authority, in PEM. */
export function createPinnedRequest({ ca }: { ca?: string } = {}): SendPinned {
  return (target, { addresses, headers, body, signal }) => {
    const url = new URL(target);
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    const options: RequestOptions & { ca?: string } = {
      method: body === undefined ? "GET" : "POST",
      headers: {
        ...headers,
        ...(body !== undefined && {
          "content-length": String(new TextEncoder().encode(body).length),
        }),
      },
      agent: false,
      signal,
      ...(ca && { ca }),
      // Called for names only; a literal address has been checked itself.
      lookup: (_name, { all }, callback) =>
        all ? callback(null, found) : callback(null, found[0].address, found[0].family),
    };
    const request = url.protocol === "https:" ? requestByHttps : requestByHttp;
    const sent = request(url, options, (answer) => {
      try {
        resolve(responseOf(answer));
      } catch (error) {
        answer.destroy();
        reject(error);
      }
    });
    sent.on("error", reject);
    sent.end(body);
    return promise;
  };
}

function responseOf(answer: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  // After the status, a truncated body is not an error of the request.
  answer.on("error", () => {});
  const status = answer.statusCode ?? 0;
  // A Response accepts no status below 200, and no body with 204, 205 and 304.
  if (status < 200 || status > 599) {
    throw new AttemptError(`The endpoint responded with status ${status}.`);
  }
  if ([204, 205, 304].includes(status)) {
    answer.destroy();
    return new Response(null, { status, headers });
  }
  return new Response(Readable.toWeb(answer) as ReadableStream<Uint8Array<ArrayBuffer>>, {
    status,
    headers,
  });
}
