/** The parts of an OpenAPI 3.1 document that the services use. */
import type { RouteAccess } from "../identity/roles.ts";

/** An operation object. */
export interface Operation {
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
    { description: string; content?: Record<string, { schema?: unknown }> }
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
