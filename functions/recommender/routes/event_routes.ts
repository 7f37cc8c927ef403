/** Follows a training: streams the project as server-sent events until the training has ended. */
import { createRoute, z } from "@hono/zod-openapi";
import { streamSSE } from "hono/streaming";
import type { IsAlive } from "../../http/identity/identity.ts";
import { Problem, problemResponses } from "../../http/problem.ts";
import { createRoutes } from "../../http/service/service.ts";
import type { RecommenderDeps } from "../deps.ts";
import type { Project } from "../projects/project.ts";
import { findProject } from "../projects/projects.ts";
import type { Access } from "./access.ts";
import { projectIdOf, unknownProject } from "./parameters.ts";
import { ById, projectJson } from "./schemas.ts";

/**
 * Polling interval of the project, in ms: a lookup by primary key takes a fraction of a
 * millisecond.
 */
const LOOK_MS = 500;
/** Interval of comments that keep proxies from closing an idle stream, in ms. */
const BEAT_MS = 15_000;
/** Maximum duration of a stream in ms; the client then reconnects with a valid token. */
const LONGEST_MS = 10 * 60_000;
/** Maximum number of open streams per owner and process. */
const MOST_OPEN = 50;

const eventsRoute = createRoute({
  method: "get",
  operationId: "streamProgress",
  path: "/project/{id}/events",
  summary: "Streams the progress of a training, as server-sent events.",
  description: "Each `project` event contains the project as in GET /projects: the first at " +
    "once, others on changes. The stream ends when the project is READY or ERROR, after a " +
    "`gone` event if it was deleted, and after ten minutes at the latest: then connect again. A " +
    "browser reads it by `fetch`, since `EventSource` sends no token.",
  request: { params: ById },
  responses: {
    200: {
      description: "The events.",
      content: { "text/event-stream": { schema: z.string() } },
    },
    ...problemResponses("unauthenticated", "not_found", "too_many_requests"),
  },
});

/** Route that follows trainings. */
export function eventRoutes(
  { access, sql, ending, whileStreaming, isAlive }: RecommenderDeps & {
    access: Access;
    isAlive: IsAlive;
  },
) {
  const open = new Map<string, number>();
  return createRoutes({ tag: "Projects" }).openapi(
    { ...eventsRoute, ...access.reads },
    async (c) => {
      const { ownerId, sessionId } = c.var;
      const { id } = c.req.valid("param");
      const projectId = projectIdOf(id);
      const first = await findProject(sql, ownerId, projectId) ?? unknownProject(id);
      const others = open.get(ownerId) ?? 0;
      if (others >= MOST_OPEN) {
        throw new Problem(
          "too_many_requests",
          `An account can have at most ${MOST_OPEN} open event streams, and yours has that ` +
            "many: close some.",
        );
      }
      open.set(ownerId, others + 1);
      c.header("x-accel-buffering", "no");
      const ended = Promise.withResolvers<void>();
      whileStreaming?.(ended.promise);
      return streamSSE(c, async (stream) => {
        const stop = new AbortController();
        stream.onAbort(() => stop.abort());
        const signal = AbortSignal.any([
          stop.signal,
          AbortSignal.timeout(LONGEST_MS),
          ...(ending ? [ending] : []),
        ]);
        try {
          const look = () => findProject(sql, ownerId, projectId);
          // The stream ends with the session that opened it.
          const goesOn = () => isAlive({ ownerId, sessionId });
          for await (const project of changes(first, { look, goesOn, signal })) {
            if (project === "same") await stream.write(": still here\n\n");
            else if (project === null) await stream.writeSSE({ event: "gone", data: "" });
            else await stream.writeSSE({ event: "project", data: textOf(project) });
          }
        } finally {
          const left = open.get(ownerId)! - 1;
          if (left > 0) open.set(ownerId, left);
          else open.delete(ownerId);
          ended.resolve();
        }
      });
    },
  );
}

/**
 * Yields the project whenever it has changed, "same" after a while without a change, and null once
 * it is deleted. Ends with the training, the project, the signal, or when `goesOn` returns false.
 */
async function* changes(
  first: Project,
  { look, goesOn, signal }: {
    look: () => Promise<Project | null>;
    goesOn: () => Promise<boolean> | boolean;
    signal: AbortSignal;
  },
): AsyncGenerator<Project | "same" | null> {
  let project: Project | null = first;
  let shown = textOf(project);
  let since = Date.now();
  yield project;
  while (isMoving(project) && await waited(LOOK_MS, signal) && await goesOn()) {
    project = await look();
    if (project === null) return yield null;
    const text = textOf(project);
    if (text === shown && Date.now() - since < BEAT_MS) continue;
    since = Date.now();
    yield text === shown ? "same" : project;
    shown = text;
  }
}

function textOf(project: Project): string {
  return JSON.stringify(projectJson(project));
}

function isMoving({ status }: Project): boolean {
  return status === "PENDING" || status === "PROCESSING";
}

/** Waits `ms`; resolves to false if the signal aborts first. */
function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const end = () => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", end);
      resolve(true);
    }, ms);
    signal.addEventListener("abort", end, { once: true });
  });
}
