/** The recommender: projects made of CSV files, and recommendations from the models they became. */
import type { Sql } from "postgres";
import { signedIn, type Trusted } from "../http/identity.ts";
import { pageOf } from "../http/pages.ts";
import { Problem } from "../http/problem.ts";
import { createService, invalidInput, type LogEntry } from "../http/service.ts";
import type { Blobs } from "./blobs/blobs.ts";
import {
  MissingParameterError,
  recommend,
  type RecommendationRequest,
  type Recommendations,
  UnknownItemError,
} from "./model/answer.ts";
import type { Model } from "./model/model.ts";
import { searchStrings } from "./model/search.ts";
import { stringAt } from "./model/string_table.ts";
import {
  createProject,
  deleteProject,
  findProject,
  findProjectDetails,
  listProjects,
  type Project,
  requeueProject,
} from "./projects.ts";
import type { Champion, ModelCache } from "./registry/cache.ts";
import {
  RegistryConflictError,
  RegistryMissingError,
  RegistryUnavailableError,
} from "./registry/registry.ts";
import * as routes from "./routes.ts";
import { receiveProject } from "./uploads/receive_project.ts";
import type { Sha256 } from "./uploads/stored_file.ts";

export interface RecommenderDeps {
  sql: Sql;
  blobs: Blobs;
  /** The models that serve, by name: `modelCache` over a registry. */
  models: Pick<ModelCache, "champion" | "forget">;
  /** Starts a digest; the runtimes' own is several times faster than any in JavaScript. */
  sha256: () => Sha256;
  /** Whose word on the caller counts: people's access tokens, the webhooks service's own. */
  trusted: Trusted[];
  dashboardOrigin: string;
  /** The largest upload in bytes. */
  uploadLimitBytes: number;
  log: (entry: LogEntry) => void;
}

export type App = ReturnType<typeof createApp>;

/** The recommender's routes. */
export function createApp(deps: RecommenderDeps) {
  const { sql, models } = deps;
  const service = createService({
    name: "recommender",
    description: "Trained recommenders from CSV files.",
    dashboardOrigin: deps.dashboardOrigin,
    bodyLimitOf: (path) => UPLOAD.test(path) ? "streamed" : MIB,
    checks: { database: () => sql`select 1` },
    log: deps.log,
  });
  const identity = signedIn(deps.trusted);
  for (const path of ["/projects", "/create-project", "/project/*"]) service.use(path, identity);

  return service
    .openapi(routes.listProjectsRoute, async (c) => {
      const { limit, cursor } = c.req.valid("query");
      const before = cursor === undefined ? undefined : cursorOf(cursor);
      const projects = await listProjects(sql, c.var.ownerId, { limit: limit + 1, before });
      const page = pageOf(c, projects, { limit, cursorOf: ({ id }) => String(id) });
      return c.json(page.map(projectJson), 200);
    })
    .openapi(routes.createProjectRoute, async (c) => {
      const { ownerId } = c.var;
      const project = await receiveProject(c.req.raw, {
        ...deps,
        create: (project) => createProject(sql, ownerId, project),
      });
      return c.json(projectJson(project), 201);
    })
    .openapi(routes.projectStatusRoute, async (c) => {
      const { id } = c.req.valid("param");
      const details = await findProjectDetails(sql, c.var.ownerId, idOf(id)) ?? unknownProject(id);
      const { files, report } = details;
      return c.json({ ...projectJson(details), files, report }, 200);
    })
    .openapi(routes.projectItemsRoute, async (c) => {
      const { q, limit, cursor } = c.req.valid("query");
      const { model } = await championOf(c.var.ownerId, c.req.valid("param").id);
      const { ids, titles, popularOrder } = model.items;
      const offset = cursor === undefined ? 0 : cursorOf(cursor);
      const found = searchStrings(titles, { q, offset, limit: limit + 1, order: popularOrder });
      const page = pageOf(c, found, { limit, cursorOf: () => String(offset + limit) });
      const items = page.map((item) => ({
        item_id: stringAt(ids, item),
        item_title: stringAt(titles, item),
      }));
      return c.json({ items }, 200);
    })
    .openapi(routes.projectUsersRoute, async (c) => {
      const { q, limit, cursor } = c.req.valid("query");
      const { model: { users } } = await championOf(c.var.ownerId, c.req.valid("param").id);
      if (!users) return c.json({ users: [] }, 200);
      const offset = cursor === undefined ? 0 : cursorOf(cursor);
      const found = searchStrings(users.ids, { q, offset, limit: limit + 1 });
      const page = pageOf(c, found, { limit, cursorOf: () => String(offset + limit) });
      return c.json({ users: page.map((user) => ({ user_id: stringAt(users.ids, user) })) }, 200);
    })
    .openapi(routes.recommendationsRoute, async (c) => {
      const { include_seen, ...query } = c.req.valid("query");
      const request = { ...query, include_seen: include_seen === "true" };
      return c.json(await answer(c.var.ownerId, c.req.valid("param").id, request), 200);
    })
    .openapi(routes.askRecommendationsRoute, async (c) => {
      const request = c.req.valid("json");
      return c.json(await answer(c.var.ownerId, c.req.valid("param").id, request), 200);
    })
    .openapi(routes.retrainRoute, async (c) => {
      const { id } = c.req.valid("param");
      const project = await requeueProject(sql, c.var.ownerId, idOf(id));
      if (project) return c.json(projectJson(project), 202);
      const { status } = await findProject(sql, c.var.ownerId, idOf(id)) ?? unknownProject(id);
      throw new Problem(
        "conflict",
        `A retrain waits for the training before it; project ${id} is ${status}.`,
        { members: { project_status: status } },
      );
    })
    .openapi(routes.deleteProjectRoute, async (c) => {
      const { id } = c.req.valid("param");
      const name = await deleteProject(sql, c.var.ownerId, idOf(id)) ?? unknownProject(id);
      models.forget(name);
      return c.body(null, 204);
    });

  async function championOf(ownerId: string, id: string): Promise<Champion & { project: Project }> {
    const project = await findProject(sql, ownerId, idOf(id)) ?? unknownProject(id);
    const champion = await models.champion(project.mlflow_model_name).catch(registryProblem);
    if (champion) return { ...champion, project };
    throw new Problem(
      "not_ready",
      `Project ${id} has no trained model to answer from yet; it is ${project.status}.${
        project.error ? ` ${project.error}` : ""
      }`,
      { members: { project_status: project.status } },
    );
  }

  async function answer(ownerId: string, id: string, request: RecommendationRequest) {
    const { project, version, model, stale } = await championOf(ownerId, id);
    return {
      project_id: project.id,
      model_type: project.model_type,
      model_version: version,
      ...recommended(model, request),
      ...(stale && { stale: true as const }),
    };
  }
}

const MIB = 1024 * 1024;
const UPLOAD = /^\/create-project\/?$/;

function recommended(model: Model, request: RecommendationRequest): Recommendations {
  try {
    return recommend(model, request);
  } catch (error) {
    if (error instanceof MissingParameterError) {
      const { message, parameters } = error;
      throw new Problem("invalid_input", message, {
        errors: parameters.map((name) => ({
          pointer: `/${name}`,
          detail: `is needed by a ${model.manifest.model_type} project`,
        })),
      });
    }
    if (error instanceof UnknownItemError) {
      throw new Problem("not_found", error.message, { members: { nearest: error.nearest } });
    }
    throw error;
  }
}

function registryProblem(error: unknown): never {
  if (error instanceof RegistryUnavailableError || error instanceof RegistryMissingError) {
    throw new Problem(
      "unavailable",
      "The model registry does not give the model; please try again shortly.",
      {
        headers: { "retry-after": "2" },
      },
    );
  }
  if (error instanceof RegistryConflictError) throw new Problem("conflict", error.message);
  throw error;
}

function projectJson(project: Project) {
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
    quality,
  };
}

/** A project's id from a path; what is no id is the id of no project. */
function idOf(id: string): number {
  return /^[1-9]\d{0,9}$/.test(id) && Number(id) <= MOST ? Number(id) : unknownProject(id);
}

/** A place in a list: a row's id, or how many come before. */
function cursorOf(cursor: string): number {
  if (/^\d{1,10}$/.test(cursor) && Number(cursor) <= MOST) return Number(cursor);
  throw invalidInput([{
    pointer: "/cursor",
    detail: "must be one that the Link header of the page before gave",
  }]);
}

/** The largest `integer` of Postgres. */
const MOST = 2 ** 31 - 1;

function unknownProject(id: string): never {
  throw new Problem("not_found", `You have no project ${id.slice(0, 40)}.`);
}
