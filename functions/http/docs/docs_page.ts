/** Renders an OpenAPI document as an HTML page without scripts and with one style sheet. */
import { html } from "hono/html";
import { ACCESS_FIELD } from "../identity/roles.ts";
import type { Operation, Schema } from "./openapi.ts";

export { STYLES } from "./docs_styles.ts";

/** The parts of the document that the page shows. */
interface Described {
  info: { title: string; description?: string };
  paths?: Record<string, unknown>;
  components?: { schemas?: Record<string, unknown> };
}

/** An operation with its method and path, such as `POST /notes`. */
interface Call extends Operation {
  id: string;
  method: string;
  path: string;
}

type Markup = ReturnType<typeof html> | string;

/** Returns the whole page. */
export function docsPage(document: Described): Markup {
  const { title, description } = document.info;
  const calls = callsOf(document);
  const schemas = Object.entries(document.components?.schemas ?? {}) as [string, Schema][];
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>${title}: its API</title>
        <link rel="stylesheet" href="docs.css">
      </head>
      <body>
        <a class="skip" href="#calls">To the calls</a>
        <nav aria-label="Calls and schemas">
          <strong>${title}</strong>
          <ol>${calls.map(({ id, method, path }) =>
            html`<li><a href="#${id}">${badge(method)} <span>${breakable(path)}</span></a></li>`
          )}</ol>
          <strong>Schemas</strong>
          <ol>${schemas.map(([name]) => html`<li><a href="#schema-${name}">${name}</a></li>`)}</ol>
        </nav>
        <main id="calls">
    <h1>${title}</h1>
    <p class="lead">${description}</p>
    <p>For programs the same stands in <a href="openapi.json">openapi.json</a>. What goes wrong is
    answered as <a href="#schema-Problem">a problem</a> (RFC 9457) with a stable <code>code</code>.</p>
    ${calls.map((call) => callSection(call, Object.fromEntries(schemas)))}
    <h2 class="part">Schemas</h2>
    ${schemas.map(([name, schema]) =>
      html`<section id="schema-${name}"><h3><code>${name}</code></h3>${
        schema.description ? html`<p>${schema.description}</p>` : ""
      }${shapeOf(schema)}</section>`
    )}
        </main>
      </body>
    </html>
  `;
}

/** A path with a line break opportunity after each slash. */
function breakable(path: string): Markup {
  return html`${path.split(/(?<=\/)/).map((part) => html`${part}<wbr>`)}`;
}

function callsOf({ paths = {} }: Described): Call[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, operation]) => ({
      ...operation,
      id: `${method}${path.replaceAll(/[^a-z0-9]+/gi, "-").replace(/-$/, "")}`,
      method: method.toUpperCase(),
      path,
    }))
  );
}

function callSection(call: Call, schemas: Record<string, Schema>): Markup {
  const { id, method, path, summary, description, parameters = [] } = call;
  const bodies = Object.entries(call.requestBody?.content ?? {});
  return html`<section id="${id}">
<h2>${badge(method)} <code>${path}</code></h2>
<p>${summary ?? description} <span class="door">${doorOf(call)}</span></p>
${summary && description ? html`<p>${description}</p>` : ""}
${
    parameters.length > 0
      ? html`
        <h3>Parameters</h3>
        <dl>${parameters.map(({ name, in: place, required, schema, description }) =>
          field(name, { note: place, required, schema, description })
        )}</dl>
      `
      : ""
  }
${
    bodies.map(([type, { schema }]) => {
      const body = (schema ?? {}) as Schema;
      const named = schemas[body.$ref?.split("/").at(-1) ?? ""];
      return html`<h3>Body <code>${type}</code> ${named ? typeOf(body) : ""}</h3>${
        shapeOf(named ?? body)
      }`;
    })
  }
<h3>Answers</h3>
<ul class="answers">${
    Object.entries(call.responses).map(([status, response]) =>
      html`<li><code class="${
        status < "400" ? "good" : "bad"
      }">${status}</code> ${response.description} ${
        Object.entries(response.content ?? {})
          .filter(([type]) => type !== "application/problem+json")
          .map(([, { schema = {} }]) =>
            html`<span class="type">${typeOf(schema as Schema)}</span>`
          )
      }</li>`
    )
  }</ul>
</section>`;
}

function badge(method: string): Markup {
  return html`<b class="method ${method.toLowerCase()}">${method}</b>`;
}

/** Returns the required credentials and role in words. */
function doorOf({ security = [], [ACCESS_FIELD]: access }: Operation): string {
  if (security.length === 0) return "Open to all";
  const role = access && access !== "service" && access !== "key" ? ` as ${access}` : "";
  return security.map((scheme) => "apiKey" in scheme ? "With an API key" : `With a login${role}`)
    .join(" or ");
}

interface Field {
  schema?: Schema;
  required?: boolean;
  description?: string;
  note?: string;
}

function field(name: string, { schema = {}, required, description, note }: Field): Markup {
  const shownDescription = description ?? schema.description;
  const inner = schema.items ?? schema;
  return html`<dt><code>${name}</code> <span class="type">${typeOf(schema)}</span> ${
    note ? html`<span class="note">${note}</span>` : ""
  } ${required ? html`<span class="needed">needed</span>` : ""}</dt>
<dd>${shownDescription ? html`<p>${shownDescription}</p>` : ""}${
    inner.properties ? shapeOf(inner) : ""
  }</dd>`;
}

/** Returns the fields of an object, or the type of any other schema. */
function shapeOf(schema: Schema): Markup {
  if (!schema.properties) return html`<p class="type">${typeOf(schema)}</p>`;
  return html`<dl>${
    Object.entries(schema.properties).map(([name, inner]) =>
      field(name, { schema: inner, required: schema.required?.includes(name) })
    )
  }</dl>`;
}

/** Returns a type in words: "list of Project", "string or null", "whole number, 1 to 200". */
function typeOf(schema: Schema): Markup {
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1)!;
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  const any = schema.anyOf ?? schema.oneOf;
  if (any) return html`${any.map((one, i) => html`${i > 0 ? " or " : ""}${typeOf(one)}`)}`;
  if (schema.allOf) return html`${schema.allOf.map(typeOf)}`;
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(", ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.type === "array") return html`list of ${typeOf(schema.items ?? {})}`;
  const types = [schema.type ?? "anything"].flat()
    .map((type) => type === "integer" ? "whole number" : type);
  const details = [schema.format, boundsOf(schema)].filter(Boolean);
  return [types.join(" or "), ...details].join(", ");
}

function boundsOf({ minimum, maximum, maxLength }: Schema): string {
  // Omit bounds that only state the range of safe integers.
  const [low, high] = [minimum, maximum].map((bound) =>
    bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : undefined
  );
  if (low !== undefined && high !== undefined) return `${low} to ${high}`;
  if (low !== undefined) return `${low} or more`;
  if (high !== undefined) return `${high} or less`;
  return maxLength === undefined ? "" : `${maxLength} characters at most`;
}
