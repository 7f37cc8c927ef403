/** Routes for single files of a project. */
import { createRoute, z } from "@hono/zod-openapi";
import { Problem, problemResponses } from "../../http/problem.ts";
import { createRoutes } from "../../http/service/service.ts";
import type { RecommenderDeps } from "../deps.ts";
import { removeProjectFile } from "../projects/project_files.ts";
import type { Access } from "./access.ts";
import { projectIdOf, rowIdOf } from "./parameters.ts";
import { ById, json, projectJson, ProjectSchema } from "./schemas.ts";

const removeFileRoute = createRoute({
  method: "delete",
  operationId: "removeFile",
  path: "/project/{id}/files/{file_id}",
  summary:
    "Removes a file, such as interactions that were added by mistake, and queues a training.",
  request: { params: ById.extend({ file_id: z.string() }) },
  responses: {
    202: json("The training is queued.", ProjectSchema),
    ...problemResponses("unauthenticated", "not_found", "conflict", "too_many_requests"),
  },
});

/** Route to remove a file. */
export function fileRoutes({ access, sql, quotas }: RecommenderDeps & { access: Access }) {
  return createRoutes({ tag: "Data" }).openapi(
    { ...removeFileRoute, ...access.writes() },
    async (c) => {
      const { id, file_id } = c.req.valid("param");
      const project = await removeProjectFile(sql, c.var.ownerId, {
        projectId: projectIdOf(id),
        quotas,
        fileId: rowIdOf(file_id) ?? unknownFile(id, file_id),
      }) ?? unknownFile(id, file_id);
      return c.json(projectJson(project), 202);
    },
  );
}

function unknownFile(id: string, fileId: string): never {
  throw new Problem(
    "not_found",
    `There is no file ${fileId.slice(0, 40)} in a project ${id.slice(0, 40)} of yours.`,
  );
}
