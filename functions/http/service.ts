/**
 * What all services say the same way: request ids, timings, CORS, body limits, problems, health and
 * the API's description. A service adds its routes to what `createService` gives.
 */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Env, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { secureHeaders } from "hono/secure-headers";
import { describeApi } from "./api_docs.ts";
import { atOnce } from "./at_once.ts";
import { crossOrigin } from "./cross_origin.ts";
import { addHealth, type Checks } from "./health.ts";
import type { IdentityEnv } from "./identity.ts";
import { jsonBodies } from "./json_body.ts";
import { Lane } from "./lane.ts";
import { loggedPath } from "./logged_path.ts";
import { type InputError, Problem, problemOf, problemResponse } from "./problem.ts";

/** One line of a service's log. */
export interface LogEntry {
  level: "info" | "error";
  message: string;
  [member: string]: unknown;
}

export interface ServiceOptions {
  /** For the description and the log: "auth". */
  name: string;
  /** One sentence for the API's description. */
  description: string;
  /** Where the dashboard is served: the one origin that may call with a login. */
  dashboardOrigin: string;
  /** Whether any page in the world may call this path, because a key opens it. */
  openTo?: (path: string) => boolean;
  /** Whether the dashboard's calls bring cookies along. */
  takesCookies?: boolean;
  /**
   * The largest body in bytes a path may get; 1 MiB by default. "streamed" leaves the body alone:
   * its route counts it as it comes, for a body without a length is held in memory to be counted.
   */
  bodyLimitOf?: (path: string, contentType: string) => number | "streamed";
  /** Requests that are answered at a time; files that are streamed do not count. */
  atOnce?: number;
  /** Where JSON bodies are read; one of the service's own by default. */
  lane?: Lane;
  /** What must answer for the service to be ready. */
  checks: Checks;
  log: (entry: LogEntry) => void;
  /** Hono's own by default, which takes its time with the first request to be quick with others. */
  router?: AppRouter;
}

type AppRouter = Hono["router"];

const MIB = 1024 * 1024;
/** More than a process answers in a second only wait for each other. */
const AT_ONCE = 500;

/** An app without routes of its own. */
export function createService(options: ServiceOptions) {
  const { name, log, openTo = () => false, bodyLimitOf = () => MIB, lane = new Lane() } = options;
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
    // Nothing here is a page but /docs, whose one style sheet is its own.
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  }));
  app.use(crossOrigin({
    originOf: (path) => openTo(path) ? "*" : options.dashboardOrigin,
    credentials: options.takesCookies ?? false,
  }));
  // Before the crowd: how the service is can always be asked.
  addHealth(app, options.checks, {
    skewed: (clock_skew_seconds) =>
      log({ level: "error", message: "Clocks differ.", service: name, clock_skew_seconds }),
  });
  const crowd = atOnce(options.atOnce ?? AT_ONCE);
  app.use((c, next) => {
    const maxSize = bodyLimitOf(c.req.path, c.req.header("content-type") ?? "");
    if (maxSize === "streamed") return next();
    const onError = () => {
      throw new Problem("too_large", `The body is over the limit of ${maxSize} bytes.`);
    };
    const { headers } = c.req.raw;
    const length = headers.get("content-length");
    // What says its length is not counted: a look at the body alone makes it a stream.
    if (length !== null && !headers.has("transfer-encoding")) {
      return Number(length) > maxSize ? onError() : crowd(c, next);
    }
    return bodyLimit({ maxSize, onError })(c, async () => void await crowd(c, next));
  });

  app.use(jsonBodies(lane));

  app.onError((error, c) => {
    const problem = c.var.unreadable ?? problemOf(error);
    if (problem.code === "internal") {
      log({
        level: "error",
        message: error.message,
        service: name,
        request_id: c.var.requestId,
        stack: error.stack,
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

/** An app to add routes to: the service's own, or a part of it that the service mounts. */
export function createRoutes({ router }: { router?: AppRouter } = {}) {
  return new OpenAPIHono<IdentityEnv>({
    // `/projects` and `/projects/` are one.
    strict: false,
    ...(router && { router }),
    defaultHook(result) {
      if (!result.success) {
        throw invalidInput(
          result.error.issues.map(({ path, message }) => ({
            pointer: "/" + path.map(pointerPart).join("/"),
            detail: message,
          })),
        );
      }
    },
  });
}

/** The caller's own id where it is a plain one, for it follows a request through services. */
function requestIdOf(given: string | undefined): string {
  return given && /^[\w\-=]{1,255}$/.test(given) ? given : crypto.randomUUID();
}

/** A 422 that names each place at fault. */
export function invalidInput(errors: InputError[]): Problem {
  const first = errors[0];
  const detail = errors.length === 1
    ? `${first.pointer.slice(1) || "The input"}: ${first.detail}`
    : `${errors.length} fields are not as they should be; see errors.`;
  return new Problem("invalid_input", detail, { errors });
}

function pointerPart(part: PropertyKey): string {
  return String(part).replaceAll("~", "~0").replaceAll("/", "~1");
}

/** The methods of the routes at a path, middleware left out. */
function methodsAt<E extends Env>(app: Hono<E>, path: string): string[] {
  const at = path.length > 1 ? path.replace(/\/$/, "") : path;
  return ["GET", "POST", "PUT", "PATCH", "DELETE"].filter((method) =>
    app.router.match(method, at)[0].some(([[, route]]) => route.method === method)
  );
}
