// deno-lint-ignore-file no-unused-vars -- classic scripts share their names
/* All that a shop needs of AiREC's API: four calls by a publishable key, which goes in a header, never
   in an address. */
"use strict";

/** The service's own sentence about a call that did not work; status 0 where no answer came. */
class ApiError extends Error {
  constructor(status, { detail, code, project_status } = {}) {
    super(detail ?? `The answer was ${status}.`);
    Object.assign(this, { status, code, project_status });
  }
}

/**
 * @param url where AiREC's webhooks service is.
 * @param onCall is told of each call when it has ended.
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
    /** A page of the catalogue, the most popular first, and the cursor of the next if there is one. */
    async items({ q, cursor, limit = 36 } = {}) {
      const query = { project_id: project, q, cursor, limit };
      const { answer, response } = await call("GET", "/api/items", { query });
      const next = /<([^>]+)>;\s*rel="?next"?/.exec(response.headers.get("link") ?? "")?.[1];
      const after = next && new URL(next, url).searchParams.get("cursor");
      return { items: answer.items, cursor: after };
    },
    /** One item with what the columns say of it; undefined where there is none. */
    async item(item_id) {
      const query = { project_id: project, item_id, columns: true };
      return (await call("GET", "/api/items", { query })).answer.items[0];
    },
    /** The columns to filter by, with the terms that they hold. */
    async columns() {
      const { answer } = await call("GET", "/api/columns", { query: { project_id: project } });
      return answer.columns;
    },
    /** What to show: by `history` or `user_id`, and by `item_id`, `filter` and so on. */
    async recommend(asked) {
      const body = { project_id: project, ...asked, explain: true };
      return (await call("POST", "/api/recommend", { body })).answer;
    },
  };
}
