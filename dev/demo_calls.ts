/** Calls of the demo to the services. */

/** A request with a JSON body. */
export function json(
  method: string,
  body: unknown,
  headers: Record<string, string> = {},
): RequestInit {
  return {
    method,
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}

/**
 * The JSON of an answer.
 * @throws {Error} with the service's own words when the call was refused.
 */
// deno-lint-ignore no-explicit-any
export async function answer(response: Response): Promise<any> {
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  throw new Error(`${new URL(response.url).pathname} answered ${response.status}: ${body.detail}`);
}
