/**
 * The API's description, made from the schemas that validate: `/openapi.json` (OpenAPI 3.1) for
 * programs and `/docs` for people, a page without scripts that loads nothing.
 */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Env } from "hono";
import { html } from "hono/html";
import { type ProblemCode, ProblemDocument, problemResponses, STATUS } from "./problem.ts";

/** Adds both routes. */
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
  const document = () =>
    withSharedProblems(app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: { title: `AiREC ${name}`, description, version: "1" },
    }));
  app.get("/openapi.json", (c) => c.json(document()));
  app.get("/docs", (c) => c.html(page(document())));
  // A file of its own, so that no style has to be allowed inline.
  app.get("/docs.css", (c) => c.body(STYLES, 200, { "content-type": "text/css; charset=utf-8" }));
}

const STYLES = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem }
h2 { font-size: 1.05rem; margin: 2.5rem 0 .25rem }
code, pre { font: .875rem/1.5 ui-monospace, monospace }
pre { overflow: auto; padding: .75rem 1rem; border: 1px solid #8885; border-radius: .5rem }
td { padding: .125rem 1rem .125rem 0; vertical-align: top }
`;

/**
 * Adds to each operation what the service answers before or around its route: without a login, with
 * a body that is no JSON or too large, with parameters against the rules, while the database is away.
 */
export function withSharedProblems(document: Document): Document {
  for (const item of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(item as Record<string, Operation>)) {
      const takesInput = operation.requestBody || operation.parameters?.length;
      const codes: ProblemCode[] = [
        "unavailable",
        ...(operation.security?.length ? ["unauthenticated" as const] : []),
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

const PROBLEM = {
  "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
};

type Document = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;

interface Operation {
  summary?: string;
  description?: string;
  security?: Record<string, unknown>[];
  parameters?: { name: string; in: string; required?: boolean; description?: string }[];
  requestBody?: { content: Record<string, { schema?: unknown }> };
  responses: Record<string, { description: string; content?: typeof PROBLEM }>;
}

function page(document: Document) {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, operation]) => (
      { path, method: method.toUpperCase(), operation }
    ))
  );
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${document.info.title}</title>
<link rel="stylesheet" href="docs.css">
<h1>${document.info.title}</h1>
<p>${document.info.description} The same for programs: <a href="openapi.json">openapi.json</a>.</p>
${operations.map(({ path, method, operation }) => section(path, method, operation))}
${schemas(document)}
</html>`;
}

function section(path: string, method: string, operation: Operation) {
  const body = Object.entries(operation.requestBody?.content ?? {});
  return html`<section>
<h2><code>${method} ${path}</code></h2>
<p>${operation.summary ?? operation.description ?? ""} ${
    operation.security?.length ? html`<em>${securityWords(operation.security)}</em>` : ""
  }</p>
<table>${
    (operation.parameters ?? []).map((parameter) =>
      html`
        <tr>
          <td><code>${parameter.name}</code><td>${parameter.in}${parameter.required
            ? ", required"
            : ""}<td>${parameter.description ?? ""}
      `
    )
  }</table>
${
    body.map(([type, { schema }]) =>
      html`
        <p>Takes <code>${type}</code></p>
        <pre>${JSON.stringify(schema, null, 2)}</pre>
      `
    )
  }
<table>${
    Object.entries(operation.responses).map(([status, response]) =>
      html`
        <tr>
          <td><code>${status}</code><td>${response.description}
      `
    )
  }</table>
</section>`;
}

function schemas(document: Document) {
  return Object.entries(document.components?.schemas ?? {}).map(([name, schema]) =>
    html`
      <section>
        <h2>${name}</h2>
        <pre>${JSON.stringify(schema, null, 2)}</pre>
      </section>
    `
  );
}

function securityWords(security: Record<string, unknown>[]): string {
  return security.map((scheme) => "apiKey" in scheme ? "With an API key." : "With a login.").join(
    " ",
  );
}
