/**
 * A POST to the very addresses that were checked. `fetch` looks a name up itself, and a name's
 * owner may answer that second question otherwise; `node:http` takes the answer from us. TLS is
 * still checked against the URL's name. It knows no proxy, follows no redirection, and keeps no
 * connection for a later request, whose check might come out otherwise.
 */
import { type IncomingMessage, request as requestByHttp, type RequestOptions } from "node:http";
import { request as requestByHttps } from "node:https";
import { Readable } from "node:stream";
import type { SendPinned } from "./post_webhook.ts";

/** @param options.ca an authority to trust beside the system's, in PEM. */
export function createPinnedRequest({ ca }: { ca?: string } = {}): SendPinned {
  return (target, { addresses, headers, body, signal }) => {
    const url = new URL(target);
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    const options: RequestOptions & { ca?: string } = {
      method: "POST",
      headers: { ...headers, "content-length": String(new TextEncoder().encode(body).length) },
      agent: false,
      signal,
      ...(ca && { ca }),
      // Asked for names alone; a literal is its own address, which was checked as such.
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
  // After the status is known, a body that breaks off is no error of the request.
  answer.on("error", () => {});
  const status = answer.statusCode ?? 0;
  // A Response takes no status below 200 and no body with 204, 205 and 304.
  if (status < 200 || status > 599) throw new Error(`The endpoint answered status ${status}.`);
  if ([204, 205, 304].includes(status)) {
    answer.destroy();
    return new Response(null, { status, headers });
  }
  return new Response(Readable.toWeb(answer) as ReadableStream<Uint8Array<ArrayBuffer>>, {
    status,
    headers,
  });
}
