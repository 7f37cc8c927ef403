import type { components } from "./schema.ts";

/** A problem document (RFC 9457), as the API answers a refused call. */
export type Problem = components["schemas"]["Problem"];

/** A call that the API refused. */
export class AirecError extends Error {
  override name = "AirecError";
  readonly status: number;
  /** Undefined if the response was no problem document, as from a proxy. */
  readonly problem: Problem | undefined;

  constructor(status: number, problem: Problem | undefined) {
    super(problem?.detail ?? `The response has status ${status} and no description.`);
    this.status = status;
    this.problem = problem;
  }

  /** Stable code of the reason, such as "invalid_input". */
  get code(): Problem["code"] | undefined {
    return this.problem?.code;
  }
}
