/** Errors of API calls: an RFC 9457 problem document, or no response. */
import { text } from "./problem_words.ts";

/** An invalid part of the input; `pointer` such as `/email` or `/content_schema_json/item_id`. */
export interface InputError {
  pointer: string;
  detail: string;
}

/** Thrown by every failed call. The message is a sentence for the user. */
export class ApiProblem extends Error {
  override name = "ApiProblem";
  /** Error code of the document; `unreachable` if no response arrived. */
  readonly code: string;
  /** HTTP status; 0 if no response arrived. */
  readonly status: number;
  readonly errors: InputError[];
  readonly requestId: string | null;
  /** Whole document, for members such as `nearest`. */
  readonly document: Record<string, unknown>;

  constructor(status: number, document: Record<string, unknown>) {
    super(String(document.detail ?? document.title ?? text.noReason(status)));
    this.status = status;
    this.code = String(document.code ?? "unknown");
    this.errors = Array.isArray(document.errors) ? document.errors : [];
    this.requestId = typeof document.request_id === "string" ? document.request_id : null;
    this.document = document;
  }

  /**
   * Returns the error of a field or of any pointer below it, or undefined.
   * @param name label of the field, the subject of the sentence
   */
  at(field: string, name: string): string | undefined {
    const found = this.errors.find(({ pointer }) =>
      pointer === `/${field}` || pointer.startsWith(`/${field}/`)
    );
    return found && sentence(name, found.detail);
  }
}

/**
 * Returns a sentence: "Name", "must not be empty" → "Name must not be empty."; a sentence is
 * unchanged.
 */
function sentence(name: string, detail: string): string {
  const text = /^\p{Ll}/u.test(detail) ? `${name} ${detail}` : detail;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Returns the problem of an unsuccessful response, whatever its body. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const document = await response.json().catch(() => null);
  const isObject = typeof document === "object" && document !== null;
  return new ApiProblem(response.status, isObject ? document : {});
}

/** Returns the problem of a service that did not respond. */
export function unreachable(address: string): ApiProblem {
  return new ApiProblem(0, {
    code: "unreachable",
    detail: text.unreachable(address),
  });
}

/** Returns a thrown value as a problem. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  return new ApiProblem(0, { code: "internal", detail: (error as Error)?.message });
}
