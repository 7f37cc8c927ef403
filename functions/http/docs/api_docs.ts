/**
 * API description, generated from the schemas that validate requests: `/openapi.json` (OpenAPI 3.1)
 * and `/docs`, an HTML page without scripts or external resources.
 */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Env } from "hono";
import { docsPage, STYLES } from "./docs_page.ts";
import { ROLES } from "../identity/identity.ts";
import type { Operation } from "./openapi.ts";
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
  const document = once(() =>
    withSharedProblems(app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: { title: `AiREC ${name}`, description, version: "1" },
    }))
  );
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
  for (const item of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(item as Record<string, Operation>)) {
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
  }
  return document;
}

/** Whether a caller with a valid token may lack the role. */
function needsMore({ [ACCESS_FIELD]: access }: Operation): boolean {
  return (ROLES as readonly unknown[]).indexOf(access) > 0;
}

const PROBLEM = {
  "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
};

type Document = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;
