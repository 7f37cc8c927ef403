/** The parts of an OpenAPI 3.1 document that the services use. */
import type { RouteAccess } from "../identity/roles.ts";

/** Member of an operation: whether it ignores or refuses unknown fields. */
export const UNKNOWN_FIELD = "x-airec-unknown-fields";

/** Response header with the warnings of a response that is no JSON object: a JSON list. */
export const WARNINGS_HEADER = "x-airec-warnings";

/** An operation object. */
export interface Operation {
  operationId?: string;
  tags?: string[];
  [UNKNOWN_FIELD]?: "ignored" | "refused";
  summary?: string;
  description?: string;
  security?: Record<string, unknown>[];
  /** Access: the minimum role, "key" or "open". */
  "x-airec-access"?: RouteAccess;
  parameters?: {
    name: string;
    in: string;
    required?: boolean;
    description?: string;
    schema?: Schema;
  }[];
  requestBody?: { content: Record<string, { schema?: unknown }> };
  responses: Record<
    string,
    {
      description: string;
      headers?: Record<string, unknown>;
      content?: Record<string, { schema?: unknown }>;
    }
  >;
}

/** The parts of JSON Schema that the services use. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
}
