/** Routes to list, create, read, retrain and delete projects. */
import { createRoute, z } from "@hono/zod-openapi";
import { pageOf, PageQuery } from "../../http/pages.ts";
import { Problem, problemResponses } from "../../http/problem.ts";
import { createRoutes } from "../../http/service/service.ts";
import type { Lane } from "../../http/load/lane.ts";
import type { RecommenderDeps } from "../deps.ts";
import {
  createProject,
  findProject,
  findProjectDetails,
  listProjects,
  requeueProject,
} from "../projects/projects.ts";
import type { ServedProjects } from "../projects/served_projects.ts";
import { cancelTraining, deleteProject } from "../projects/training_states.ts";
import { ReportSchema } from "../report/report.ts";
import { receiveProject } from "../uploads/receive_project.ts";
import { type Access, FILE_BODY, FILES_OF } from "./access.ts";
import { addressFields, receiving, RECEIVING_PROBLEMS } from "./receiving.ts";
import { cursorOf, projectIdOf, unknownProject } from "./parameters.ts";
import { ById, json, projectJson, ProjectSchema } from "./schemas.ts";

const File = z.object({
  id: z.int(),
  file_type: z.enum(["CONTENT", "INTERACTION"]),
  file_name: z.string(),
  address: z.string().nullable()
    .describe(
      "Address of the data, if they were not uploaded; bytes are those found when it was added.",
    ),
  bytes: z.int(),
  sha256: z.string()
    .describe("Of the uploaded bytes; of data at an address, of the list of its files."),
  dialect: z.record(z.string(), z.unknown()).describe(
    "Format, encoding, delimiter, quote, newline, header; skip, comment, escape, exact, indexed, " +
      "unpivot, filled and none where the file needs them.",
  ),
  mapping: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  receipt: z.record(z.string(), z.unknown()).nullable()
    .describe("Numbers of rows that the training read, used and rejected."),
  created_at: z.string(),
}).openapi("UploadedFile");

const ProjectDetails = ProjectSchema.extend({
  files: z.array(File),
  // Not `nullable()`, which would describe the report itself as nullable, wherever it is used.
  report: z.union([ReportSchema, z.null()]),
}).openapi("ProjectDetails");

/** Choices of a mapping besides columns. */
const CHOICES =
  "If the cells are ambiguous, decimal_sign (. or ,) decides how 1,234 is read, and date_order " +
  "(dmy, mdy, ymd) how 1/2/2024 is; ambiguous dates without it are 422. no_rating names the number " +
  'that means "no rating", such as 99, or says "keep" if all are ratings; without it a number is taken ' +
  "that is frequent and apart from all others. best_rating (high, low) says which end of the ratings is " +
  "the best; without it the lowest of ranks and of school grades is.";

/** Not a zod schema, which would buffer the form to validate it. */
const CREATE_FORM = {
  type: "object" as const,
  required: ["project_name"],
  properties: {
    project_name: { type: "string" as const },
    content_file: { type: "string" as const, format: "binary" },
    content_schema_json: {
      type: "string" as const,
      description: "JSON: {item_id, item_title, feature_col}, each a column of the file; " +
        `feature_col may be a list. ${CHOICES}`,
    },
    content_dialect_json: {
      type: "string" as const,
      description: "JSON: format (csv, jsonl, json, parquet, xlsx), encoding, delimiter, quote, " +
        "escape, newline, header, indexed (rows begin with a name that the header lacks), exact " +
        "(rejects rows with an empty cell more), skip (lines before the table), comment (prefix " +
        "of comment lines), filled (column without which rows are skipped), none (its value for " +
        "no rating), unpivot ({key, name, value, none, without}: converts a wide table to rows, " +
        "except the columns of without); omitted members are detected, and null for escape, " +
        "comment, exact, indexed, filled, none and unpivot leaves out what would be.",
    },
    interaction_file: { type: "string" as const, format: "binary" },
    interaction_schema_json: {
      type: "string" as const,
      description: "JSON: {user_id, item_id, rating, timestamp, event_type}; the last three are " +
        `optional. ${CHOICES}`,
    },
    interaction_dialect_json: {
      type: "string" as const,
      description: "JSON as content_dialect_json.",
    },
    content_upload_id: {
      type: "string" as const,
      description: "Instead of content_file: the id of an upload in parts, by /uploads.",
    },
    interaction_upload_id: {
      type: "string" as const,
      description: "Instead of interaction_file: the id of an upload in parts, by /uploads.",
    },
    ...addressFields("content"),
    ...addressFields("interaction"),
  },
};

const project = json("The project.", ProjectSchema);

const listProjectsRoute = createRoute({
  method: "get",
  operationId: "listProjects",
  path: "/projects",
  summary: "Lists your projects, newest first.",
  request: { query: PageQuery },
  responses: {
    200: json("The projects.", z.array(ProjectSchema)),
    ...problemResponses("unauthenticated", "invalid_input"),
  },
});

const createProjectRoute = createRoute({
  method: "post",
  operationId: "createProject",
  path: "/create-project",
  summary:
    "Creates a project from files (CSV, JSON, Parquet, xlsx) with their mappings, and queues " +
    "a training.",
  request: {
    body: { required: true, content: { "multipart/form-data": { schema: CREATE_FORM } } },
  },
  responses: {
    201: project,
    ...problemResponses(...RECEIVING_PROBLEMS),
  },
});

const projectStatusRoute = createRoute({
  method: "get",
  operationId: "getProject",
  path: "/project/{id}/status",
  summary: "Returns a project's status, files and report.",
  request: { params: ById },
  responses: {
    200: json("The project.", ProjectDetails),
    ...problemResponses("unauthenticated", "not_found"),
  },
});

const retrainRoute = createRoute({
  method: "post",
  operationId: "retrainProject",
  path: "/project/{id}/retrain",
  summary: "Queues another training; the champion continues to serve.",
  description: "A search for a better version, `improving`, is ended.",
  request: { params: ById },
  responses: {
    202: project,
    ...problemResponses("unauthenticated", "not_found", "conflict", "too_many_requests"),
  },
});

const cancelRoute = createRoute({
  method: "post",
  operationId: "cancelTraining",
  path: "/project/{id}/cancel",
  summary: "Cancels the queued or running training; the champion continues to serve.",
  description: "The project is READY again if a version serves, else ERROR, with a message in " +
    "`error` and `cancelled` as its stage; the trainer ends its process within seconds. The same " +
    "ends the search for a better version, `improving`, whose first version continues to serve.",
  request: { params: ById },
  responses: {
    200: project,
    ...problemResponses("unauthenticated", "not_found", "conflict"),
  },
});

const deleteProjectRoute = createRoute({
  method: "delete",
  operationId: "deleteProject",
  path: "/project/{id}",
  summary: "Deletes a project with its files and models.",
  request: { params: ById },
  responses: {
    204: { description: "It is gone." },
    ...problemResponses("unauthenticated", "not_found"),
  },
});

/** Project routes. */
export function projectRoutes(
  deps: RecommenderDeps & { access: Access; projects: ServedProjects; lane: Lane },
) {
  const { sql, models, projects, quotas, access } = deps;
  return createRoutes({ tag: "Projects" })
    .openapi({ ...listProjectsRoute, ...access.reads }, async (c) => {
      const { limit, cursor } = c.req.valid("query");
      const before = cursor === undefined ? undefined : cursorOf(cursor);
      const projects = await listProjects(sql, c.var.ownerId, { limit: limit + 1, before });
      const page = pageOf(c, projects, { limit, cursorOf: ({ id }) => String(id) });
      return c.json(page.map(projectJson), 200);
    })
    .openapi({
      ...createProjectRoute,
      ...access.writes({ adds: ["projects", "trainings", ...FILES_OF], body: FILE_BODY }),
    }, async (c) => {
      const { ownerId } = c.var;
      const project = await receiveProject(c.req.raw, {
        ...receiving(deps, c),
        create: (project) => createProject(sql, ownerId, { ...project, quotas }),
      });
      return c.json(projectJson(project), 201);
    })
    .openapi({ ...projectStatusRoute, ...access.reads }, async (c) => {
      const { id } = c.req.valid("param");
      const details = await findProjectDetails(sql, c.var.ownerId, projectIdOf(id)) ??
        unknownProject(id);
      const { files, report } = details;
      return c.json({ ...projectJson(details), files, report }, 200);
    })
    .openapi({ ...retrainRoute, ...access.writes({ adds: ["trainings"] }) }, async (c) => {
      const { id } = c.req.valid("param");
      const project = await requeueProject(sql, c.var.ownerId, projectIdOf(id), { quotas });
      if (project) return c.json(projectJson(project), 202);
      const { status } = await findProject(sql, c.var.ownerId, projectIdOf(id)) ??
        unknownProject(id);
      throw new Problem(
        "conflict",
        `Project ${id} is ${status}: wait until its training has ended, or cancel it. Nothing ` +
          "was queued.",
        { members: { project_status: status } },
      );
    })
    .openapi({ ...cancelRoute, ...access.writes() }, async (c) => {
      const { id } = c.req.valid("param");
      const project = await cancelTraining(sql, c.var.ownerId, projectIdOf(id));
      if (project) return c.json(projectJson(project), 200);
      const { status, improving } = await findProject(sql, c.var.ownerId, projectIdOf(id)) ??
        unknownProject(id);
      throw new Problem(
        "conflict",
        status === "PROCESSING" || improving
          ? `The training of project ${id} is being published and can no longer be cancelled: ` +
            "it is READY in a moment."
          : `Project ${id} is ${status}: only a queued or running training can be cancelled. ` +
            "Nothing was changed.",
        { members: { project_status: status } },
      );
    })
    .openapi({ ...deleteProjectRoute, ...access.writes() }, async (c) => {
      const { id } = c.req.valid("param");
      const projectId = projectIdOf(id);
      const name = await deleteProject(sql, c.var.ownerId, projectId) ?? unknownProject(id);
      models.forget(name);
      projects.forget(c.var.ownerId, projectId);
      return c.body(null, 204);
    });
}
