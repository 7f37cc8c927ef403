/** Schemas shared by several routes. */
import { z } from "@hono/zod-openapi";
import { modelTypes } from "../model/model.ts";
import type { Project } from "../projects/project.ts";

const Status = z.enum(["PENDING", "PROCESSING", "READY", "ERROR"]);
export const ModelType = z.enum(modelTypes);
export const Time = z.iso.datetime();

export const ProjectSchema = z.object({
  id: z.int(),
  project_name: z.string(),
  status: Status.describe("ERROR means that no version can be served."),
  model_type: ModelType,
  mlflow_model_name: z.string(),
  mlflow_model_version: z.string().nullable(),
  created_at: Time,
  stage: z.string().nullable().describe("The current or last stage of the training."),
  progress: z.number().describe("Progress of the training, 0 to 1."),
  error: z.string().nullable().describe("Reason why the last training failed, for the owner."),
  queued_at: Time,
  started_at: Time.nullable(),
  finished_at: Time.nullable(),
  trained_at: Time.nullable().describe("Time when the version that serves was trained."),
  improving: z.object({
    stage: z.string().nullable(),
    progress: z.number().describe("Progress of the search, 0 to 1."),
    error: z.string().nullable().describe("Reason why its last attempt failed; it is tried again."),
  }).nullable().describe(
    "The first version serves, and a better one is searched for; null if not. The project stays " +
      "READY meanwhile.",
  ),
  quality: z.object({
    recall: z.number().optional(),
    ndcg: z.number().optional(),
    popularity_recall: z.number().optional(),
    popularity_ndcg: z.number().optional(),
    items_with_neighbours: z.number().optional(),
  }).nullable().describe(
    "Key figures of the report: lists of ten, compared with popularity.",
  ),
}).openapi("Project");

export const ById = z.object({ id: z.string().openapi({ description: "The project's id." }) });

/** Describes a JSON response. */
export function json<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { "application/json": { schema } } };
}

/** Describes a JSON body. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { "application/json": { schema } } };
}

/** Serializes a project. */
export function projectJson(project: Project) {
  const {
    id,
    project_name,
    status,
    model_type,
    mlflow_model_name,
    mlflow_model_version,
    created_at,
    stage,
    progress,
    error,
    queued_at,
    started_at,
    finished_at,
    trained_at,
    improving,
    quality,
  } = project;
  return {
    id,
    project_name,
    status,
    model_type,
    mlflow_model_name,
    mlflow_model_version,
    created_at: created_at.toISOString(),
    stage,
    progress,
    error,
    queued_at: queued_at.toISOString(),
    started_at: started_at?.toISOString() ?? null,
    finished_at: finished_at?.toISOString() ?? null,
    trained_at: trained_at?.toISOString() ?? null,
    improving,
    quality,
  };
}
