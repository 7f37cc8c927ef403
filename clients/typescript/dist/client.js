/** Client of AiREC's API by key, for servers. Its types are generated from the OpenAPI document. */
import { send } from "./send.js";
export { AirecError } from "./airec_error.js";
/**
 * A client. Its methods return the response's JSON; a refused call throws {AirecError}, a call that
 * got no response in time an `Error` with the reason. Responses 429 and 503, and connections that
 * fail, are retried after Retry-After or a growing pause.
 */
export class Airec {
    #options;
    constructor(options) {
        if (!options.key)
            throw new TypeError("The option key is missing: it is an API key.");
        this.#options = { ...options, baseUrl: options.baseUrl.replace(/\/+$/, "") };
    }
    /** Recommendations for a user, a visitor's history, or an item. */
    recommend(request, options) {
        return this.#post("/api/recommend", request, options);
    }
    /** One list for each of up to 1,000 users. */
    recommendBatch(request, options) {
        return this.#post("/api/recommend/batch", request, options);
    }
    /** The items most similar to an item. */
    similarItems(request, options) {
        return this.#post("/api/recommend", request, options);
    }
    /** The items that most users liked. */
    popularItems(query, options) {
        return this.#get("/api/popular", query, options);
    }
    /** A page of the catalogue, or one item by its id. */
    items(query, options) {
        return this.#get("/api/items", query, options);
    }
    /** The filterable columns with their values. */
    columns(projectId, options) {
        return this.#get("/api/columns", { project_id: projectId }, options);
    }
    /** Sends live events. Events without an id get one, so that a retry counts none twice. */
    sendEvents(request, options) {
        const events = request.events.map((event) => ({ id: crypto.randomUUID(), ...event }));
        return this.#post("/api/interactions", { ...request, events }, options);
    }
    /** Merges an anonymous visitor into a user, for example at sign-in. */
    mergeVisitor(request, options) {
        return this.#post("/api/users/merge", request, options);
    }
    #post(path, body, options) {
        return this.#send(path, { method: "POST", body: JSON.stringify(body) }, options);
    }
    #get(path, query, options) {
        const given = Object.entries(query).filter(([, value]) => value !== undefined);
        const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
        return this.#send(`${path}?${search}`, { method: "GET" }, options);
    }
    #send(path, request, { timeoutMs, idempotencyKey, signal } = {}) {
        const { baseUrl, key, retries = 2, fetch = globalThis.fetch } = this.#options;
        return send(baseUrl + path, {
            ...request,
            headers: {
                "x-api-key": key,
                ...(request.body !== undefined && {
                    "content-type": "application/json",
                    "idempotency-key": idempotencyKey ?? crypto.randomUUID(),
                }),
            },
            timeoutMs: timeoutMs ?? this.#options.timeoutMs ?? 10_000,
            retries,
            fetch,
            signal,
        });
    }
}
