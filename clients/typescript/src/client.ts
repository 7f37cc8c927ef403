/** Client of AiREC's API by key, for servers. Its types are generated from the OpenAPI document. */
import { send, type SendOptions } from "./send.ts";
import type { components, operations } from "./schema.ts";

export { AirecError, type Problem } from "./airec_error.ts";

type Schemas = components["schemas"];

/** A member of a response that older types did not know stays readable, as `unknown`. */
export type Recommendations = Schemas["Recommendations"];
export type RecommendRequest = Schemas["RecommendRequest"];
export type BatchRequest = Schemas["BatchRequest"];
export type BatchResults = Schemas["BatchResults"];
export type PopularItems = Schemas["PopularItems"];
export type InteractionsRequest = Schemas["InteractionsRequest"];
export type InteractionsReceived = Schemas["InteractionsReceived"];
export type MergeRequest = Schemas["MergeRequest"];
export type Items = Response<"listItems">;
export type Columns = Response<"listColumns">;
export type Merged = Response<"mergeVisitor">;
export type PopularQuery = Query<"listPopularItems">;
export type TrendingItems = Schemas["TrendingItems"];
export type TrendingQuery = Query<"listTrendingItems">;
export type ItemsQuery = Query<"listItems">;
export type ItemsRequest = Schemas["ItemsRequest"];
export type ItemsPut = Schemas["ItemsPut"];
export type DeleteItemsRequest = Body<"deleteItems">;
export type ItemsDeleted = Schemas["ItemsDeleted"];

/** Parameters of items that are similar to one, named by its id or title. */
export type SimilarRequest =
  & Pick<RecommendRequest, "project_id" | "limit" | "exclude" | "filter">
  & ({ item_id: string | number } | { item_title: string });

type Query<Id extends keyof operations> = NonNullable<operations[Id]["parameters"]["query"]>;
type Body<Id extends "deleteItems"> = operations[Id]["requestBody"]["content"]["application/json"];
type Response<Id extends keyof operations> = operations[Id]["responses"] extends
  { 200: { content: { "application/json": infer Body } } } ? Body : never;

export interface AirecOptions {
  /** Address of the webhooks service, such as "https://webhooks.example.com". */
  baseUrl: string;
  /** A secret API key. */
  key: string;
  /** Time limit of a call with its retries, in milliseconds; 10,000 by default. */
  timeoutMs?: number;
  /** Maximum number of retries of a call; 2 by default. */
  retries?: number;
  /** Replaces the global `fetch`. */
  fetch?: typeof fetch;
}

/** Options of one call. */
export interface CallOptions {
  timeoutMs?: number;
  signal?: AbortSignal;
}

/**
 * A client. Its methods return the response's JSON; a refused call throws {AirecError}, a call that
 * got no response in time an `Error` with the reason. Responses 429 and 503, and connections that
 * fail, are retried after Retry-After or a growing pause.
 */
export class Airec {
  readonly #options: AirecOptions;

  constructor(options: AirecOptions) {
    if (!options.key) throw new TypeError("The option key is missing: it is an API key.");
    this.#options = { ...options, baseUrl: options.baseUrl.replace(/\/+$/, "") };
  }

  /** Recommendations for a user, a visitor's history, or an item. */
  recommend(request: RecommendRequest, options?: CallOptions): Promise<Recommendations> {
    return this.#post("/api/recommend", request, options);
  }

  /** One list for each of up to 1,000 users. */
  recommendBatch(request: BatchRequest, options?: CallOptions): Promise<BatchResults> {
    return this.#post("/api/recommend/batch", request, options);
  }

  /** The items most similar to an item. */
  similarItems(request: SimilarRequest, options?: CallOptions): Promise<Recommendations> {
    return this.#post("/api/recommend", request, options);
  }

  /** The items that most users liked. */
  popularItems(query: PopularQuery, options?: CallOptions): Promise<PopularItems> {
    return this.#get("/api/popular", query, options);
  }

  /** The items with most live events lately. */
  trendingItems(query: TrendingQuery, options?: CallOptions): Promise<TrendingItems> {
    return this.#get("/api/trending", query, options);
  }

  /** A page of the catalogue, or one item by its id. */
  items(query: ItemsQuery, options?: CallOptions): Promise<Items> {
    return this.#get("/api/items", query, options);
  }

  /** Adds up to 1,000 items and changes their titles and columns, without a training. */
  putItems(request: ItemsRequest, options?: CallOptions): Promise<ItemsPut> {
    return this.#sendJson("PUT", { path: "/api/items", body: request }, options);
  }

  /** Deletes up to 1,000 items, without a training. */
  deleteItems(request: DeleteItemsRequest, options?: CallOptions): Promise<ItemsDeleted> {
    return this.#sendJson("DELETE", { path: "/api/items", body: request }, options);
  }

  /** The filterable columns with their values. */
  columns(projectId: number, options?: CallOptions): Promise<Columns> {
    return this.#get("/api/columns", { project_id: projectId }, options);
  }

  /** Sends live events. Events without an id get one, so that a retry counts none twice. */
  sendEvents(request: InteractionsRequest, options?: CallOptions): Promise<InteractionsReceived> {
    const events = request.events.map((event) => ({ id: crypto.randomUUID(), ...event }));
    return this.#post("/api/interactions", { ...request, events }, options);
  }

  /** Merges an anonymous visitor into a user, for example at sign-in. */
  mergeVisitor(request: MergeRequest, options?: CallOptions): Promise<Merged> {
    return this.#post("/api/users/merge", request, options);
  }

  #post<Answer>(path: string, body: object, options?: CallOptions): Promise<Answer> {
    return this.#sendJson("POST", { path, body }, options);
  }

  #sendJson<Answer>(
    method: SendOptions["method"],
    { path, body }: { path: string; body: object },
    options?: CallOptions,
  ): Promise<Answer> {
    return this.#send(path, { method, body: JSON.stringify(body) }, options);
  }

  #get<Answer>(path: string, query: object, options?: CallOptions): Promise<Answer> {
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
    return this.#send(`${path}?${search}`, { method: "GET" }, options);
  }

  #send<Answer>(
    path: string,
    request: Pick<SendOptions, "method" | "body">,
    { timeoutMs, signal }: CallOptions = {},
  ): Promise<Answer> {
    const { baseUrl, key, retries = 2, fetch = globalThis.fetch } = this.#options;
    return send(baseUrl + path, {
      ...request,
      headers: {
        "x-api-key": key,
        ...(request.body !== undefined && { "content-type": "application/json" }),
      },
      timeoutMs: timeoutMs ?? this.#options.timeoutMs ?? 10_000,
      retries,
      fetch,
      signal,
    }) as Promise<Answer>;
  }
}
