// deno-lint-ignore-file no-unused-vars -- classic scripts share their names
/* Client of AiREC's API for shops: four calls by a publishable key, sent in a header, never in a
   URL. */
"use strict";

/** A failed call with the service's message; status 0 if there was no response. */
class ApiError extends Error {
  constructor(status, { detail, code, project_status } = {}) {
    super(detail ?? `The answer was ${status}.`);
    Object.assign(this, { status, code, project_status });
  }
}

/**
 * @param url of AiREC's webhooks service.
 * @param onCall called with each completed call.
 */
function openApi({ url, key, project, onCall = () => {} }) {
  async function call(method, path, { query = {}, body } = {}) {
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const address = `${url}${path}${given.length > 0 ? `?${new URLSearchParams(given)}` : ""}`;
    const headers = { "x-api-key": key, ...(body && { "content-type": "application/json" }) };
    const started = performance.now();
    const response = await fetch(address, { method, headers, body: body && JSON.stringify(body) })
      .catch(() => undefined);
    const answer = await response?.json().catch(() => undefined);
    const status = response?.status ?? 0;
    onCall({ method, address, headers, body, status, answer, ms: performance.now() - started });
    if (!response) throw new ApiError(0, { detail: `There is no answer from ${url}.` });
    if (!response.ok) throw new ApiError(status, answer);
    return { answer, response };
  }

  return {
    /** Returns a page of items, most popular first, and the cursor of the next page, if any. */
    async items({ q, cursor, limit = 36 } = {}) {
      const query = { project_id: project, q, cursor, limit };
      const { answer, response } = await call("GET", "/api/items", { query });
      const next = /<([^>]+)>;\s*rel="?next"?/.exec(response.headers.get("link") ?? "")?.[1];
      const after = next && new URL(next, url).searchParams.get("cursor");
      return { items: answer.items, cursor: after };
    },
    /** Returns an item with its columns, or undefined. */
    async item(item_id) {
      const query = { project_id: project, item_id, columns: true };
      return (await call("GET", "/api/items", { query })).answer.items[0];
    },
    /** Returns the columns to filter by, with their terms. */
    async columns() {
      const { answer } = await call("GET", "/api/columns", { query: { project_id: project } });
      return answer.columns;
    },
    /** Returns recommendations by `history` or `user_id`, and by `item_id`, `filter` and so on. */
    async recommend(asked) {
      const body = { project_id: project, ...asked, explain: true };
      return (await call("POST", "/api/recommend", { body })).answer;
    },
  };
}
