/** Model download by key: only files without user histories. */
import { createRoute, z } from "@hono/zod-openapi";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { Problem, problemResponses } from "../../http/problem.ts";
import type { byKey } from "../../http/identity/roles.ts";
import { createRoutes } from "../../http/service/service.ts";
import { checkProject, type Keyed } from "../calls/keyed.ts";
import type { Recommender } from "../calls/recommender.ts";

const PUBLIC = ["manifest.json", "model.safetensors", "golden.json"];

/** Request and response headers passed on. */
const ASKED = ["if-none-match", "if-range", "range"];
const TOLD = [
  ...["accept-ranges", "cache-control", "content-length", "content-range", "content-type"],
  ...["etag", "retry-after"],
];

const content = {
  "application/json": { schema: z.record(z.string(), z.unknown()) },
  "application/octet-stream": { schema: z.string().openapi({ format: "binary" }) },
};

const route = createRoute({
  method: "get",
  operationId: "getModelFile",
  path: "/api/model/{project_id}/{file}",
  summary: "Returns a file of the public part of the champion, to recommend on a device.",
  description: "Accepts If-None-Match, Range and If-Range.",
  request: {
    params: z.object({
      project_id: z.string(),
      file: z.string().openapi({ enum: PUBLIC }),
    }),
  },
  responses: {
    200: { description: "The file.", content },
    206: { description: "The requested range.", content },
    304: { description: "The file of the ETag is current." },
    ...problemResponses("unauthenticated", "forbidden", "not_found", "not_ready"),
    ...problemResponses("malformed_request", "range_not_satisfiable"),
    ...problemResponses("too_many_requests", "bad_gateway", "unavailable"),
  },
});

/** Streams a file of the serving model, whole or in part. Not counted as a recommendation. */
export function modelFileRoute(
  { recommender, byModel }: {
    recommender: Recommender;
    /** For secret keys, and for publishable ones that open the model. */
    byModel: ReturnType<typeof byKey<ReturnType<Keyed>>>;
  },
) {
  return createRoutes({ tag: "By key" }).openapi({ ...route, ...byModel }, async (c) => {
    const { project_id, file } = c.req.valid("param");
    if (!PUBLIC.includes(file)) {
      throw new Problem(
        "not_found",
        `With a key, a model's files are ${PUBLIC.join(", ")}; ${
          file.slice(0, 60)
        } is not one of them.`,
      );
    }
    if (!/^[1-9]\d{0,9}$/.test(project_id)) {
      throw new Problem("not_found", `There is no project ${project_id.slice(0, 40)}.`);
    }
    checkProject(c.var.bearer, Number(project_id));
    const asked = only(ASKED, c.req.raw.headers);
    const given = await recommender.modelFile(Number(project_id), file, { ...c.var, asked });
    const status = given.status as ContentfulStatusCode;
    return c.newResponse(given.body, status, only(TOLD, given.headers)) as never;
  });
}

function only(names: string[], headers: Headers): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => [name, headers.get(name)])
      .filter((entry): entry is [string, string] => entry[1] !== null),
  );
}
