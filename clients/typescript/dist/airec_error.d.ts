import type { components } from "./schema.ts";
/** A problem document (RFC 9457), as the API answers a refused call. */
export type Problem = components["schemas"]["Problem"];
/** A call that the API refused. */
export declare class AirecError extends Error {
    name: string;
    readonly status: number;
    /** Undefined if the response was no problem document, as from a proxy. */
    readonly problem: Problem | undefined;
    constructor(status: number, problem: Problem | undefined);
    /** Stable code of the reason, such as "invalid_input". */
    get code(): Problem["code"] | undefined;
}
