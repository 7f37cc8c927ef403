/**
 * Unknown fields of a request. A route whose schemas are `z.object` ignores them, and its response
 * names them: in the member `warnings` of a JSON object, problems included, and otherwise in a
 * header. A route whose schemas are `z.strictObject`, as all new ones, refuses them with 422, without
 * a warning.
 */
import { type RouteConfig, z } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { readJson } from "../body/json_body.ts";
import type { IdentityEnv, RouteInput } from "../identity/identity.ts";
import { WARNINGS_HEADER } from "../docs/openapi.ts";
import { nearestName } from "../nearest_name.ts";

/** Whether a route ignores or refuses unknown fields of its query and its JSON body. */
export function unknownFieldsOf(route: RouteDefinition): "ignored" | "refused" {
  const body = jsonBodyOf(route);
  const isRefusing = isStrict(route.request?.query) && (body === undefined || isStrict(body));
  return isRefusing ? "refused" : "ignored";
}

/** Query of a new route without parameters. */
export const NoQuery = z.strictObject({});

/** Maximum number of fields named in one response, and shown length of a name. */
const MOST_NAMED = 20;
const LONGEST_NAME = 100;

/** Returns the fields that the schemas of a route know, and the content types of its body. */
export function inputOf(route: RouteDefinition): RouteInput {
  return {
    query: namesOf(route.request?.query) ?? [],
    json: namesOf(jsonBodyOf(route)),
    refuses: { query: isStrict(route.request?.query), json: isStrict(jsonBodyOf(route)) },
    contentTypes: Object.keys(route.request?.body?.content ?? {}),
  };
}

type RouteDefinition = Pick<RouteConfig, "request">;

function jsonBodyOf({ request }: RouteDefinition): unknown {
  const body = request?.body?.content["application/json"];
  return body && "schema" in body ? body.schema : undefined;
}

/** The parts of a zod object schema that are read. */
interface ObjectSchema {
  shape?: object;
  def?: { catchall?: { def: { type: string } } };
}

/** Returns the members of an object schema; undefined if it passes on unknown ones. */
function namesOf(schema: unknown): string[] | undefined {
  const { shape, def } = (schema ?? {}) as ObjectSchema;
  return shape && def?.catchall?.def.type !== "unknown" ? Object.keys(shape) : undefined;
}

function isStrict(schema: unknown): boolean {
  return ((schema ?? {}) as ObjectSchema).def?.catchall?.def.type === "never";
}

/**
 * Middleware of a route that adds warnings about unknown fields to its response. It compares names
 * only: the query and the body were parsed by the route. Runs after the checks of access.
 */
export function namesUnknown(input: RouteInput): MiddlewareHandler<IdentityEnv> {
  const query = new Set(input.query);
  const json = input.json && !input.refuses.json ? new Set(input.json) : undefined;
  return async (c, next) => {
    c.set("routeInput", input);
    await next();
    if (c.req.url.includes("?") && !input.refuses.query) {
      warnOf(c, Object.keys(c.req.queries()), query);
    }
    const names = Object.keys(await bodyOf(c));
    if (json) warnOf(c, names, json);
    else if (!input.refuses.json) warnOf(c, names.filter(isDropped), new Set());
    const { warnings } = c.var;
    if (warnings) c.res = await withWarnings(c.res, warnings);
  };
}

/** Whether zod drops a member of an object whose unknown members it passes on. */
function isDropped(name: string): boolean {
  return name === "__proto__";
}

/** Adds a warning to the response for each name that is not a known one. */
export function warnOf(
  c: Context,
  names: Iterable<string>,
  known: ReadonlySet<string>,
): void {
  for (const name of names) {
    if (known.has(name)) continue;
    const warnings: string[] = c.get("warnings") ?? [];
    if (warnings.length >= MOST_NAMED) return;
    c.set("warnings", [
      ...warnings,
      `${shown(name)} is not known and was ignored${didYouMean(name, known)}`,
    ]);
  }
}

/** Returns the end of a sentence about an unknown name: the nearest known one, if any is near. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? "" : `; did you mean ${nearest}?`;
}

/** Returns a name for a sentence, quoted and truncated. */
function shown(name: string): string {
  return JSON.stringify(name.slice(0, LONGEST_NAME).toWellFormed());
}

/** Returns the JSON object of the request; an empty one if the route did not read or accept it. */
async function bodyOf(c: Context<IdentityEnv>): Promise<object> {
  const body = await readJson(c)?.catch(() => undefined);
  return typeof body === "object" && body !== null && !Array.isArray(body) ? body : {};
}

/** Returns the response with its warnings, without parsing its JSON unless it has some already. */
async function withWarnings(response: Response, warnings: string[]): Promise<Response> {
  const headers = new Headers(response.headers);
  const isJson = /^application\/(problem\+)?json\b/.test(headers.get("content-type") ?? "");
  const text = isJson ? await response.text() : undefined;
  const start = text?.trimStart()[0];
  if (text === undefined || start !== "{") {
    headers.set(WARNINGS_HEADER, ascii(JSON.stringify(warnings)));
    return new Response(text ?? response.body, { status: response.status, headers });
  }
  headers.delete("content-length");
  return new Response(joined(text, warnings), { status: response.status, headers });
}

/** Returns the JSON text of an object with warnings added to its own. */
function joined(text: string, warnings: string[]): string {
  if (text.includes('"warnings":')) {
    const object = JSON.parse(text);
    const own = Array.isArray(object.warnings) ? object.warnings : [];
    return JSON.stringify({ ...object, warnings: [...own, ...warnings] });
  }
  const end = text.lastIndexOf("}");
  const comma = /^\s*\{\s*$/.test(text.slice(0, end)) ? "" : ",";
  return `${text.slice(0, end)}${comma}"warnings":${JSON.stringify(warnings)}}`;
}

/** Escapes what a header cannot hold. */
function ascii(json: string): string {
  return json.replaceAll(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
