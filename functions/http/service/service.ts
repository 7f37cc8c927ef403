/**
 * The behaviour all services share: request ids, timings, CORS, body limits, problems, health and
 * the API description. A service adds its routes to the app that `createService` returns.
 */
import { OpenAPIHono, type z } from "@hono/zod-openapi";
import type { Context, Env, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { secureHeaders } from "hono/secure-headers";
import { describeApi } from "../docs/api_docs.ts";
import { UNKNOWN_FIELD } from "../docs/openapi.ts";
import type { Tag } from "../docs/tags.ts";
import { atOnce } from "../load/at_once.ts";
import { openPaths } from "./any_origin.ts";
import { bodyLimitOf } from "../body/body_limits.ts";
import { crossOrigin } from "./cross_origin.ts";
import { addHealth, type Checks } from "./health.ts";
import { didYouMean, inputOf, namesUnknown, unknownFieldsOf } from "./unknown_fields.ts";
import type { IdentityEnv } from "../identity/identity.ts";
import { jsonBodies } from "../body/json_body.ts";
import { Lane } from "../load/lane.ts";
import { loggedPath } from "../logged_path.ts";
import "../plain_issues.ts";
import { type InputError, Problem, problemOf, problemResponse } from "../problem.ts";

/** A log entry of a service. */
export interface LogEntry {
  level: "info" | "error";
  message: string;
  [member: string]: unknown;
}

export interface ServiceOptions {
  /** Name in the description and the log, such as "auth". */
  name: string;
  /** One sentence for the API description. */
  description: string;
  /** Origin of the dashboard: the only origin that may call with a login. */
  dashboardOrigin: string;
  /** Whether the dashboard's calls include cookies. */
  takesCookies?: boolean;
  /** Maximum body size in bytes of routes without `accepts`; 1 MiB by default. */
  bodyLimit?: number;
  /** Maximum number of concurrent requests, without streamed files. */
  atOnce?: number;
  /** Lane in which JSON bodies are parsed; by default a new one. */
  lane?: Lane;
  /** Dependencies that `/ready` checks. */
  checks: Checks;
  log: (entry: LogEntry) => void;
  /** Router; by default Hono's, which is slow at the first request and fast at later ones. */
  router?: AppRouter;
}

type AppRouter = Hono["router"];

/** Response header with the cost of the request, in units. */
export const UNITS_HEADER = "x-airec-units";
/** Response header of the recommender with the lists of the answer, as JSON, for counting. */
export const LISTS_HEADER = "x-airec-lists";

/** More than a process answers in a second: further requests would only queue. */
const AT_ONCE = 500;

/** Returns an app with the shared middleware and routes. */
export function createService(options: ServiceOptions) {
  const { name, log, lane = new Lane() } = options;
  const app = createRoutes({ router: options.router });

  app.use(async (c, next) => {
    const started = performance.now();
    const id = requestIdOf(c.req.header("x-request-id"));
    c.set("requestId", id);
    await next();
    const { method, path } = c.req;
    const { headers, status } = c.res;
    const ms = Math.round((performance.now() - started) * 10) / 10;
    headers.set("x-request-id", id);
    headers.set("server-timing", `total;dur=${ms}`);
    const units = c.get("units");
    if (units !== undefined) headers.set(UNITS_HEADER, String(units));
    log({
      level: status >= 500 ? "error" : "info",
      message: `${method} ${loggedPath(path)} ${status}`,
      service: name,
      request_id: id,
      ms,
    });
  });
  app.use(secureHeaders({
    crossOriginResourcePolicy: false,
    strictTransportSecurity: "max-age=31536000",
    // The only page is /docs, with its own style sheet.
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  }));
  const isOpen = openPaths(app);
  app.use(crossOrigin({
    originOf: (path) => isOpen(path) ? "*" : options.dashboardOrigin,
    credentials: options.takesCookies ?? false,
  }));
  // Before the concurrency limit, so that health checks always succeed.
  addHealth(app, options.checks, {
    skewed: (clock_skew_seconds) =>
      log({ level: "error", message: "Clocks differ.", service: name, clock_skew_seconds }),
  });
  const crowd = atOnce(options.atOnce ?? AT_ONCE);
  app.use((c, next) => {
    const maxSize = bodyLimitOf(c, options.bodyLimit);
    if (maxSize === "streamed") return next();
    const onError = () => {
      throw new Problem("too_large", `The body is over the limit of ${maxSize} bytes.`);
    };
    const { headers } = c.req.raw;
    const length = headers.get("content-length");
    // Bodies with a length are not counted: reading `body` would turn it into a stream.
    if (length !== null && !headers.has("transfer-encoding")) {
      return Number(length) > maxSize ? onError() : crowd(c, next);
    }
    return bodyLimit({ maxSize, onError })(c, async () => {
      const refused = await crowd(c, next);
      if (refused) c.res = refused;
    });
  });

  app.use(jsonBodies(lane));

  app.onError((error, c) => {
    const problem = c.var.unreadable ?? wrongType(c, error) ?? problemOf(error);
    const reason = problem.code === "internal" ? error : problem.cause;
    if (reason instanceof Error) {
      log({
        level: "error",
        message: reason.message,
        service: name,
        request_id: c.var.requestId,
        stack: reason.stack,
      });
    }
    return problemResponse(c, problem);
  });
  app.notFound((c) => {
    const allowed = methodsAt(app, c.req.path);
    if (allowed.length === 0) {
      return problemResponse(c, new Problem("not_found", `There is no ${c.req.path} here.`));
    }
    return problemResponse(
      c,
      new Problem(
        "method_not_allowed",
        `${c.req.path} takes ${allowed.join(", ")}, not ${c.req.method}.`,
        { headers: { allow: allowed.join(", ") } },
      ),
    );
  });

  describeApi(app, options);
  return app;
}

/**
 * Returns an app for routes: the service's own, or a part that the service mounts.
 * @param options.tag subject of its routes in the OpenAPI document.
 */
export function createRoutes({ router, tag }: { router?: AppRouter; tag?: Tag } = {}) {
  const routes = new OpenAPIHono<IdentityEnv>({
    // `/projects` and `/projects/` are the same route.
    strict: false,
    ...(router && { router }),
    defaultHook(result, c) {
      if (result.success) return;
      const { routeInput: input } = c.var;
      const known = result.target === "json" ? input?.json : input?.query;
      throw invalidInput(result.error.issues.flatMap((issue) => inputErrors(issue, { known })));
    },
  });
  const { openapi } = routes;
  routes.openapi = ((route, ...handlers) => {
    const middleware = [route.middleware ?? [], namesUnknown(inputOf(route))].flat();
    const described = { [UNKNOWN_FIELD]: unknownFieldsOf(route), ...(tag && { tags: [tag] }) };
    return openapi({ ...route, ...described, middleware }, ...handlers);
  }) as typeof openapi;
  return routes;
}

/**
 * Returns the errors of a schema's issue: one for each member that the schema does not know.
 * @param options.at path of the value that was validated.
 * @param options.known its members, of which an error names the nearest.
 */
export function inputErrors(
  issue: z.core.$ZodIssue,
  { at = [], known = [] }: { at?: PropertyKey[]; known?: readonly string[] } = {},
): InputError[] {
  const path = [...at, ...issue.path];
  if (issue.code !== "unrecognized_keys") {
    return [{ pointer: pointerOf(path), detail: issue.message }];
  }
  const nearby = issue.path.length === 0 ? known : [];
  return issue.keys.map((key) => ({
    pointer: pointerOf([...path, key]),
    detail: `is not a known member${didYouMean(key, nearby)}`,
  }));
}

/** Returns the problem of a body whose content type the route does not accept. */
function wrongType(c: Context<IdentityEnv>, error: unknown): Problem | undefined {
  const { contentTypes = [] } = c.var.routeInput ?? {};
  if (!(error instanceof HTTPException && error.status === 415 && contentTypes.length > 0)) return;
  const sent = c.req.header("content-type");
  return new Problem(
    "unsupported_media_type",
    `Send the body as ${contentTypes.join(" or ")}, named in the header content-type; ` +
      (sent === undefined ? "it was missing." : `it was ${JSON.stringify(sent.slice(0, 100))}.`),
  );
}

/** Returns the caller's id if it is valid, so that an id follows a request across services. */
function requestIdOf(given: string | undefined): string {
  return given && /^[\w\-=]{1,255}$/.test(given) ? given : crypto.randomUUID();
}

/** The most places at fault that one answer names. */
export const MOST_ERRORS = 100;

/** Returns a 422 problem that lists the invalid places, at most the first hundred. */
export function invalidInput(errors: InputError[]): Problem {
  const first = errors[0];
  const detail = errors.length === 1
    ? `${first.pointer.slice(1) || "The input"}: ${first.detail}`
    : `${errors.length} fields are invalid; see errors.`;
  return new Problem("invalid_input", detail, { errors: errors.slice(0, MOST_ERRORS) });
}

/** The JSON pointer of a path (RFC 6901). */
export function pointerOf(path: PropertyKey[]): string {
  return "/" + path.map(pointerPart).join("/");
}

function pointerPart(part: PropertyKey): string {
  return String(part).replaceAll("~", "~0").replaceAll("/", "~1");
}

/** Returns the methods of the routes at a path, without middleware. */
function methodsAt<E extends Env>(app: Hono<E>, path: string): string[] {
  const at = path.length > 1 ? path.replace(/\/$/, "") : path;
  return ["GET", "POST", "PUT", "PATCH", "DELETE"].filter((method) =>
    app.router.match(method, at)[0].some(([[, route]]) => route.method === method)
  );
}
