export interface SendOptions {
    method: "GET" | "POST";
    headers: Record<string, string>;
    body?: string;
    /** Time limit of all attempts together, in milliseconds. */
    timeoutMs: number;
    retries: number;
    fetch: typeof fetch;
    signal?: AbortSignal;
}
/**
 * Sends a request and returns the JSON of its response.
 * @throws {AirecError} for a status of 400 or more.
 */
export declare function send(url: string, options: SendOptions): Promise<unknown>;
