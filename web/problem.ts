/** What went wrong with a call, as the page says it: a problem document, or silence. */
import { text } from "./text/problem.ts";

/** A place in the input at fault: `/email`, `/content_schema_json/item_id`. */
export interface InputError {
  pointer: string;
  detail: string;
}

/** Thrown by every call that did not succeed. The message is a sentence for people. */
export class ApiProblem extends Error {
  override name = "ApiProblem";
  /** The document's stable code, or `unreachable` where no answer came. */
  readonly code: string;
  /** 0 where no answer came. */
  readonly status: number;
  readonly errors: InputError[];
  readonly requestId: string | null;
  /** The whole document, for members such as `nearest`. */
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
   * What is wrong with a field, by its name in the input; deeper pointers count for it too.
   * @param name what people call the field: the sentence is about it.
   */
  at(field: string, name: string): string | undefined {
    const found = this.errors.find(({ pointer }) =>
      pointer === `/${field}` || pointer.startsWith(`/${field}/`)
    );
    return found && sentence(name, found.detail);
  }
}

/** "Name", "must not be empty" → "Name must not be empty."; a whole sentence stays as it is. */
function sentence(name: string, detail: string): string {
  const text = /^\p{Ll}/u.test(detail) ? `${name} ${detail}` : detail;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** The problem of an answer that is no success, whatever its body. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const document = await response.json().catch(() => null);
  const isObject = typeof document === "object" && document !== null;
  return new ApiProblem(response.status, isObject ? document : {});
}

/** The problem of a service that gave no answer. */
export function unreachable(address: string): ApiProblem {
  return new ApiProblem(0, {
    code: "unreachable",
    detail: text.unreachable(address),
  });
}

/** Anything thrown, as a problem. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  return new ApiProblem(0, { code: "internal", detail: (error as Error)?.message });
}
