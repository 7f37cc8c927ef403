/** Network of the dashboard's code in tests: `fetch` answers by URL, and records the calls. */

/** Origin of the page. */
export const PAGE = "http://page.test";
/** Addresses of the services in the page's configuration. */
export const SERVICES = {
  auth: "http://auth.test",
  webhooks: "http://webhooks.test",
  recommender: "http://recommender.test",
};

export interface PageFetch extends Disposable {
  /** Method and URL of each call, in order. */
  calls: string[];
}

/**
 * Replaces `fetch` until the end of the scope. `/config.json` is answered with `SERVICES`; other
 * URLs without an answer are unreachable.
 */
export function pageFetch(
  answers: Record<string, (request: Request) => Response | Promise<Response>>,
): PageFetch {
  const original = globalThis.fetch;
  const calls: string[] = [];
  globalThis.fetch = async (input, init) => {
    const request = new Request(input instanceof Request ? input : new URL(input, PAGE), init);
    calls.push(`${request.method} ${request.url}`);
    if (request.url === `${PAGE}/config.json`) return Response.json(SERVICES);
    const answer = answers[request.url];
    if (!answer) throw new TypeError("no answer");
    return await answer(request);
  };
  return { calls, [Symbol.dispose]: () => void (globalThis.fetch = original) };
}
