/** Responses of the recommender that tests of keyed calls put in its place. */

// Spaces and an accent: the text must be passed on unchanged.
export const ANSWER = `{"project_id": 7, "model_type":"CONTENT","model_version":"1",
  "recommendations":[{"item_id":"1","item_title":"Amélie","score":0.10}]}`;

/** Returns a handler that responds with a JSON text. */
export function answering(text = ANSWER, init: ResponseInit = {}) {
  return () => new Response(text, { headers: { "content-type": "application/json" }, ...init });
}

/** Returns a handler that responds with a problem document. */
export function problem(status: number, document: Record<string, unknown>, headers = {}) {
  return answering(JSON.stringify(document), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}
