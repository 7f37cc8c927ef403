/** HTTP helpers of the demo. */

/** Returns the options of a request with a JSON body. */
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
 * Returns the JSON of a response.
 * @throws {Error} with the service's message if the call failed
 */
// deno-lint-ignore no-explicit-any
export async function answer(response: Response): Promise<any> {
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  throw new Error(`${new URL(response.url).pathname} answered ${response.status}: ${body.detail}`);
}
