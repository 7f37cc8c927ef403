// deno-lint-ignore-file no-unused-vars -- classic scripts share their names
/* Client of AiREC's API for shops: the catalogue, by a publishable key, sent in a header, never in a
   URL. Lists and events are in events.js. */
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
  async function get(path, query) {
    const given = Object.entries({ project_id: project, ...query })
      .filter(([, value]) => value !== undefined);
    const address = `${url}${path}?${new URLSearchParams(given)}`;
    const headers = { "x-api-key": key };
    const started = performance.now();
    const response = await fetch(address, { headers }).catch(() => undefined);
    const answer = await response?.json().catch(() => undefined);
    const status = response?.status ?? 0;
    onCall({ method: "GET", address, headers, status, answer, ms: performance.now() - started });
    if (!response) throw new ApiError(0, { detail: `There is no answer from ${url}.` });
    if (!response.ok) throw new ApiError(status, answer);
    return { answer, response };
  }

  return {
    ...openEvents({ url, key, project, onCall }),
    /** Returns a page of items, most popular first, and the cursor of the next page, if any. */
    async items({ q, cursor, limit = 36 } = {}) {
      const { answer, response } = await get("/api/items", { q, cursor, limit });
      const next = /<([^>]+)>;\s*rel="?next"?/.exec(response.headers.get("link") ?? "")?.[1];
      const after = next && new URL(next, url).searchParams.get("cursor");
      return { items: answer.items, cursor: after };
    },
    /** Returns an item with its columns, or undefined. */
    async item(item_id) {
      return (await get("/api/items", { item_id, columns: true })).answer.items[0];
    },
    /** Returns the columns to filter by, with their terms. */
    async columns() {
      return (await get("/api/columns")).answer.columns;
    },
  };
}
