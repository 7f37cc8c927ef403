/** What the recommender's routes take and give: the schemas that validate and describe. */
import { createRoute, z } from "@hono/zod-openapi";
import { PageQuery } from "../http/pages.ts";
import { problemResponses } from "../http/problem.ts";

const security = [{ bearer: [] }];

const Status = z.enum(["PENDING", "PROCESSING", "READY", "ERROR"]);
const ModelType = z.enum(["CONTENT", "COLLABORATIVE", "HYBRID"]);
const Time = z.iso.datetime();

const Project = z.object({
  id: z.int(),
  project_name: z.string(),
  status: Status.describe("ERROR means that nothing can be served."),
  model_type: ModelType,
  mlflow_model_name: z.string(),
  mlflow_model_version: z.string().nullable(),
  created_at: Time,
  stage: z.string().nullable().describe("What the training does, or did last."),
  progress: z.number().describe("The share of the training that is done, 0 to 1."),
  error: z.string().nullable().describe("Why the last training failed, for the owner."),
  queued_at: Time,
  started_at: Time.nullable(),
  finished_at: Time.nullable(),
  trained_at: Time.nullable().describe("When the version that serves was trained."),
  quality: z.object({
    recall: z.number().optional(),
    ndcg: z.number().optional(),
    popularity_recall: z.number().optional(),
    popularity_ndcg: z.number().optional(),
    items_with_neighbours: z.number().optional(),
  }).nullable().describe(
    "The report in a few numbers: lists of ten, and popularity's beside them.",
  ),
}).openapi("Project");

const File = z.object({
  id: z.int(),
  file_type: z.enum(["CONTENT", "INTERACTION"]),
  file_name: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  dialect: z.record(z.string(), z.unknown()).describe(
    "Encoding, delimiter, quote, newline, header.",
  ),
  mapping: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  receipt: z.record(z.string(), z.unknown()).nullable()
    .describe("Which rows the training read, used and refused."),
  created_at: z.string(),
}).openapi("UploadedFile");

const ProjectDetails = Project.extend({
  files: z.array(File),
  report: z.record(z.string(), z.unknown()).nullable()
    .describe("The evaluation of the version that serves."),
}).openapi("ProjectDetails");

const Recommendations = z.object({
  project_id: z.int(),
  model_type: ModelType,
  model_version: z.string(),
  recommendations: z.array(z.object({
    item_id: z.string(),
    item_title: z.string(),
    score: z.number(),
    fallback: z.literal("popular").optional()
      .describe("The score is 0: the item comes for its popularity."),
  })),
  fallback: z.enum(["popular", "item_only"]).optional()
    .describe("What was answered from, where the user or the history is unknown."),
  fallback_reason: z.string().optional(),
  stale: z.literal(true).optional()
    .describe("The registry does not answer: a newer version may exist."),
}).openapi("Recommendations");

const ById = z.object({ id: z.string().openapi({ description: "The project's id." }) });

/** Null and empty count as missing. */
const emptyAsMissing = (value: unknown) => value === "" || value === null ? undefined : value;

const Count = z.int().min(1).max(200);
const Id = z.union([z.string().max(1000), z.number()], "must be a string or a number");
const Ids = z.array(Id).max(10_000);
const Weight = z.number().min(-1e6).max(1e6);

const RecommendationQuery = z.object({
  item_title: z.string().max(1000).optional(),
  item_id: z.string().max(1000).optional()
    .openapi({ description: "Decides over item_title." }),
  user_id: z.string().max(1000).optional(),
  n: z.preprocess(
    (value) => value === "" ? undefined : Number(value ?? 10),
    z.number("must be a whole number from 1 to 200").pipe(Count).optional(),
  ).openapi({ type: "integer", description: "How many, 1 to 200; 10 by default." }),
  include_seen: z.preprocess(emptyAsMissing, z.enum(["true", "false"]).optional())
    .openapi({ type: "string", description: "Recommend what the user already has, too." }),
});

const RecommendationBody = z.object({
  user_id: Id.nullish(),
  item_id: Id.nullish(),
  item_title: z.string().max(1000).nullish(),
  history: z.array(z.union(
    [Id, z.object({ item_id: Id, weight: Weight.optional() })],
    "must be an item's id, or {item_id, weight} with a weight between -1000000 and 1000000",
  )).max(10_000).nullish()
    .describe("What a visitor had, oldest first; stands in for user_id."),
  n: z.preprocess(emptyAsMissing, Count.optional())
    .openapi({ type: "integer", description: "How many, 1 to 200; 10 by default." }),
  exclude: Ids.nullish(),
  include_seen: z.boolean().nullish(),
}).openapi("RecommendationRequest");

const SearchQuery = PageQuery.extend({
  q: z.string().max(200).default("")
    .openapi({ description: "A part of the name, in any case." }),
});

/** Left without a zod schema, for then the form would be read into memory to be validated. */
const CREATE_FORM = {
  type: "object" as const,
  required: ["project_name"],
  properties: {
    project_name: { type: "string" as const },
    content_file: { type: "string" as const, format: "binary" },
    content_schema_json: {
      type: "string" as const,
      description: "JSON: {item_id, item_title, feature_col}, each a column of the file; " +
        "feature_col may be a list.",
    },
    content_dialect_json: {
      type: "string" as const,
      description: "JSON: encoding, delimiter, quote, newline, header; found where it is missing.",
    },
    interaction_file: { type: "string" as const, format: "binary" },
    interaction_schema_json: {
      type: "string" as const,
      description: "JSON: {user_id, item_id, rating, timestamp, event_type}; the last three are " +
        "optional.",
    },
    interaction_dialect_json: { type: "string" as const },
  },
};

const project = json("The project.", Project);
const recommendations = json("The recommendations, best first.", Recommendations);

export const listProjectsRoute = createRoute({
  method: "get",
  path: "/projects",
  summary: "Your projects, newest first.",
  security,
  request: { query: PageQuery },
  responses: {
    200: json("The projects.", z.array(Project)),
    ...problemResponses("unauthenticated", "invalid_input"),
  },
});

export const createProjectRoute = createRoute({
  method: "post",
  path: "/create-project",
  summary: "Upload CSV files with their mappings; a training is queued.",
  security,
  request: {
    body: { required: true, content: { "multipart/form-data": { schema: CREATE_FORM } } },
  },
  responses: {
    201: project,
    ...problemResponses(
      "malformed_request",
      "unauthenticated",
      "too_large",
      "unsupported_media_type",
      "invalid_input",
      "storage_full",
    ),
  },
});

export const projectStatusRoute = createRoute({
  method: "get",
  path: "/project/{id}/status",
  summary: "Where a project stands, with its files and the report.",
  security,
  request: { params: ById },
  responses: {
    200: json("The project.", ProjectDetails),
    ...problemResponses("unauthenticated", "not_found"),
  },
});

export const projectItemsRoute = createRoute({
  method: "get",
  path: "/project/{id}/items",
  summary: "Items by a part of their title, the most popular first.",
  security,
  request: { params: ById, query: SearchQuery },
  responses: {
    200: json(
      "The items.",
      z.object({ items: z.array(z.object({ item_id: z.string(), item_title: z.string() })) }),
    ),
    ...problemResponses("unauthenticated", "not_found", "not_ready", "invalid_input"),
  },
});

export const projectUsersRoute = createRoute({
  method: "get",
  path: "/project/{id}/users",
  summary: "Users by a part of their id.",
  security,
  request: { params: ById, query: SearchQuery },
  responses: {
    200: json("The users.", z.object({ users: z.array(z.object({ user_id: z.string() })) })),
    ...problemResponses("unauthenticated", "not_found", "not_ready", "invalid_input"),
  },
});

export const recommendationsRoute = createRoute({
  method: "get",
  path: "/project/{id}/recommendations",
  summary: "Recommendations: CONTENT by item_title, COLLABORATIVE by user_id, HYBRID by both.",
  security,
  request: { params: ById, query: RecommendationQuery },
  responses: {
    200: recommendations,
    ...problemResponses("unauthenticated", "not_found", "not_ready", "invalid_input"),
  },
});

export const askRecommendationsRoute = createRoute({
  method: "post",
  path: "/project/{id}/recommendations",
  summary: "Recommendations, also for a visitor whose history comes with the request.",
  security,
  request: {
    params: ById,
    body: { required: true, content: { "application/json": { schema: RecommendationBody } } },
  },
  responses: {
    200: recommendations,
    ...problemResponses(
      "malformed_request",
      "unauthenticated",
      "not_found",
      "not_ready",
      "unsupported_media_type",
      "invalid_input",
    ),
  },
});

export const retrainRoute = createRoute({
  method: "post",
  path: "/project/{id}/retrain",
  summary: "Queue another training; what serves goes on serving.",
  security,
  request: { params: ById },
  responses: { 202: project, ...problemResponses("unauthenticated", "not_found", "conflict") },
});

export const deleteProjectRoute = createRoute({
  method: "delete",
  path: "/project/{id}",
  summary: "Delete a project with its files, its models and all that was learned.",
  security,
  request: { params: ById },
  responses: {
    204: { description: "It is gone." },
    ...problemResponses("unauthenticated", "not_found"),
  },
});

function json<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { "application/json": { schema } } };
}
