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
export type ItemsQuery = Query<"listItems">;
/** Parameters of items that are similar to one, named by its id or title. */
export type SimilarRequest = Pick<RecommendRequest, "project_id" | "limit" | "exclude" | "filter"> & ({
    item_id: string | number;
} | {
    item_title: string;
});
type Query<Id extends keyof operations> = NonNullable<operations[Id]["parameters"]["query"]>;
type Response<Id extends keyof operations> = operations[Id]["responses"] extends {
    200: {
        content: {
            "application/json": infer Body;
        };
    };
} ? Body : never;
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
    /** Sent with each attempt; a random one by default. */
    idempotencyKey?: string;
    signal?: AbortSignal;
}
/**
 * A client. Its methods return the response's JSON; a refused call throws {AirecError}, a call that
 * got no response in time an `Error` with the reason. Responses 429 and 503, and connections that
 * fail, are retried after Retry-After or a growing pause.
 */
export declare class Airec {
    #private;
    constructor(options: AirecOptions);
    /** Recommendations for a user, a visitor's history, or an item. */
    recommend(request: RecommendRequest, options?: CallOptions): Promise<Recommendations>;
    /** One list for each of up to 1,000 users. */
    recommendBatch(request: BatchRequest, options?: CallOptions): Promise<BatchResults>;
    /** The items most similar to an item. */
    similarItems(request: SimilarRequest, options?: CallOptions): Promise<Recommendations>;
    /** The items that most users liked. */
    popularItems(query: PopularQuery, options?: CallOptions): Promise<PopularItems>;
    /** A page of the catalogue, or one item by its id. */
    items(query: ItemsQuery, options?: CallOptions): Promise<Items>;
    /** The filterable columns with their values. */
    columns(projectId: number, options?: CallOptions): Promise<Columns>;
    /** Sends live events. Events without an id get one, so that a retry counts none twice. */
    sendEvents(request: InteractionsRequest, options?: CallOptions): Promise<InteractionsReceived>;
    /** Merges an anonymous visitor into a user, for example at sign-in. */
    mergeVisitor(request: MergeRequest, options?: CallOptions): Promise<Merged>;
}
