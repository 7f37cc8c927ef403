/**
 * API description, generated from the schemas that validate requests: `/openapi.json` (OpenAPI 3.1)
 * and `/docs`, an HTML page without scripts or external resources.
 */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Env } from "hono";
import { docsPage, STYLES } from "./docs_page.ts";
import { ROLES } from "../identity/identity.ts";
import { type Operation, type Schema, UNKNOWN_FIELD, WARNINGS_HEADER } from "./openapi.ts";
import { type Tag, TAGS } from "./tags.ts";
import { type ProblemCode, ProblemDocument, problemResponses, STATUS } from "../problem.ts";
import { ACCESS_FIELD } from "../identity/roles.ts";

/** Adds the routes `/openapi.json`, `/docs` and `/docs.css`. */
export function describeApi<E extends Env>(
  app: OpenAPIHono<E>,
  { name, description }: { name: string; description: string },
): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "apiKey", {
    type: "apiKey",
    in: "header",
    name: "x-api-key",
  });
  app.openAPIRegistry.register("Problem", ProblemDocument);
  // Built once, at the first request: all routes are registered by then.
  const document = once(() => {
    const document = app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: `AiREC ${name}`,
        description,
        version: "1",
        license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
      },
      // Relative to the document's own address.
      servers: [{ url: "/", description: "The service that serves this document." }],
    });
    return withTags(withoutUnused(withoutTexts(withWarnings(withSharedProblems(document)))));
  });
  const text = once(() => JSON.stringify(document()));
  const page = once(() => String(docsPage(document())));
  app.get("/openapi.json", (c) => c.body(text(), 200, { "content-type": "application/json" }));
  app.get("/docs", (c) => c.html(page()));
  // A separate file, so the content security policy need not allow inline styles.
  app.get("/docs.css", (c) => c.body(STYLES, 200, { "content-type": "text/css; charset=utf-8" }));
}

/** Returns a function that calls `make` once and caches its value. */
function once<Made>(make: () => Made): () => Made {
  let cached: { value: Made } | undefined;
  return () => (cached ??= { value: make() }).value;
}

/**
 * Adds to each operation the problem responses of the middleware: missing login or role, malformed
 * or too large body, invalid parameters, unavailable database. Changes `document` and returns it.
 */
export function withSharedProblems(document: Document): Document {
  for (const operation of operationsOf(document)) {
    const takesInput = operation.requestBody || operation.parameters?.length;
    const codes: ProblemCode[] = [
      "unavailable",
      ...(operation.security?.length ? ["unauthenticated" as const] : []),
      ...(needsMore(operation) ? ["forbidden" as const] : []),
      ...(takesInput ? ["malformed_request" as const, "invalid_input" as const] : []),
      ...(operation.requestBody ? ["too_large" as const, "unsupported_media_type" as const] : []),
    ];
    for (const code of codes) {
      const { description } = problemResponses(code)[STATUS[code]];
      operation.responses[STATUS[code]] ??= { description, content: PROBLEM };
    }
  }
  return document;
}

/**
 * Describes the warnings about unknown fields, for operations that ignore them: in the member of a
 * JSON object, or in the header of any other successful response. Changes `document` and returns
 * it.
 */
function withWarnings(document: Document): Document {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  for (const operation of operationsOf(document)) {
    if (operation[UNKNOWN_FIELD] !== "ignored") continue;
    for (const [status, response] of Object.entries(operation.responses)) {
      if (!status.startsWith("2")) continue;
      const given = response.content?.["application/json"]?.schema as Schema | undefined;
      const schema = given?.$ref ? schemas[given.$ref.split("/").at(-1)!] : given;
      const own = schema?.properties ? schema : schema?.allOf?.findLast((part) => part.properties);
      if (own?.properties) own.properties.warnings ??= WARNINGS;
      else response.headers = { ...response.headers, [WARNINGS_HEADER]: WARNINGS_IN_HEADER };
    }
  }
  const problem = schemas.Problem;
  if (problem?.properties) problem.properties.warnings ??= WARNINGS;
  return document;
}

const WARNINGS: Schema = {
  type: "array",
  items: { type: "string" },
  description: "Sentences about fields of the request that are not known and were ignored.",
};

const WARNINGS_IN_HEADER = {
  description: `${WARNINGS.description} A JSON list, absent if there are none.`,
  schema: { type: "string" },
};

/**
 * Moves bodies that are sent as text from the content of an operation, where generators of clients
 * do not know them, to its description. Changes `document` and returns it.
 */
function withoutTexts(document: Document): Document {
  for (const operation of operationsOf(document)) {
    const content = operation.requestBody?.content ?? {};
    for (const type of Object.keys(content).filter((type) => type.startsWith("text/"))) {
      const { description = "" } = content[type].schema as Schema;
      delete content[type];
      operation.description = [operation.description, `Also accepts ${type}: ${description}`]
        .filter(Boolean).join(" ");
    }
  }
  return document;
}

/** Removes security schemes that no operation uses. */
function withoutUnused(document: Document): Document {
  const schemes = document.components?.securitySchemes ?? {};
  const used = operationsOf(document).flatMap(({ security = [] }) => security.flatMap(Object.keys));
  for (const name of Object.keys(schemes)) if (!used.includes(name)) delete schemes[name];
  return document;
}

/** Lists the tags that the operations use, with their descriptions. */
function withTags(document: Document): Document {
  const used = new Set(operationsOf(document).flatMap(({ tags = [] }) => tags));
  const names = (Object.keys(TAGS) as Tag[]).filter((name) => used.has(name));
  document.tags = names.map((name) => ({ name, description: TAGS[name] }));
  return document;
}

function operationsOf({ paths = {} }: Document): Operation[] {
  return Object.values(paths).flatMap((item) => Object.values(item as Record<string, Operation>));
}

/** Whether a caller with a valid token may lack the role. */
function needsMore({ [ACCESS_FIELD]: access }: Operation): boolean {
  return (ROLES as readonly unknown[]).indexOf(access) > 0;
}

const PROBLEM = {
  "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
};

type Document = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;
