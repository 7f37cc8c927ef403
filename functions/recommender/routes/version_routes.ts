/** Routes for the versions of a project's model: their metrics, and which one serves. */
import { createRoute, z } from "@hono/zod-openapi";
import { Problem, problemResponses } from "../../http/problem.ts";
import { createRoutes } from "../../http/service/service.ts";
import type { RecommenderDeps } from "../deps.ts";
import { findProject } from "../projects/projects.ts";
import {
  championBefore,
  historyGaps,
  listPromotions,
  promoteVersion,
  type PromotionReason,
} from "../projects/promotions.ts";
import { RegistryMissingError, type Version } from "../registry/registry.ts";
import { type Report, ReportSchema, type Run, RunSchema } from "../report/report.ts";
import type { Access } from "./access.ts";
import { projectIdOf, unknownProject } from "./parameters.ts";
import { ById, json, Time } from "./schemas.ts";
import { notReady, registryProblem } from "./serving.ts";

const VersionSchema = z.object({
  version: z.string(),
  created_at: Time,
  metrics: z.record(z.string(), z.number()),
  algorithm: z.string().nullable(),
  verdict: z.enum(["first", "accepted", "refused", "ungated"]).nullable()
    .describe("Result of the comparison with the champion at the time."),
  champion: z.boolean().describe("Whether this version serves."),
  history_gap: z.boolean().describe(
    "Whether live events are missing in this version's answers: it was trained before them, and " +
      "they are kept only in the files of trainings. Train again to have them in answers.",
  ),
}).openapi("Version");

const VersionPath = ById.extend({ version: z.string() });

const listVersionsRoute = createRoute({
  method: "get",
  operationId: "listVersions",
  path: "/project/{id}/versions",
  summary: "Lists the versions in the registry, newest first.",
  request: { params: ById },
  responses: {
    200: json("The versions.", z.array(VersionSchema)),
    ...problemResponses("unauthenticated", "not_found", "conflict", "unavailable"),
  },
});

const promoteRoute = createRoute({
  method: "post",
  operationId: "promoteVersion",
  path: "/project/{id}/versions/{version}/promote",
  summary: "Makes a version the champion: it serves at once here, elsewhere within 5 seconds.",
  request: { params: VersionPath },
  responses: {
    200: json("The version that serves now.", VersionSchema),
    ...problemResponses("unauthenticated", "not_found", "conflict", "unavailable"),
  },
});

const rollBackRoute = createRoute({
  method: "post",
  operationId: "rollBackVersion",
  path: "/project/{id}/versions/rollback",
  summary: "Restores the previous champion; each further call goes one version further back.",
  request: { params: ById },
  responses: {
    200: json("The version that serves now.", VersionSchema),
    ...problemResponses("unauthenticated", "not_found", "conflict", "unavailable"),
  },
});

const reportRoute = createRoute({
  method: "get",
  operationId: "getReport",
  path: "/project/{id}/report",
  summary: "Returns the report of a version, by default of the champion.",
  request: { params: ById, query: z.object({ version: z.string().optional() }) },
  responses: {
    200: json("The report.", ReportSchema),
    ...problemResponses("unauthenticated", "not_found", "not_ready", "unavailable"),
  },
});

const runRoute = createRoute({
  method: "get",
  operationId: "getRun",
  path: "/project/{id}/run",
  summary:
    "Returns the durations and memory use of a version's training, by default of the champion.",
  description: "Seconds and peak bytes of each stage and candidate, in the order of " +
    "the report's candidates.",
  request: { params: ById, query: z.object({ version: z.string().optional() }) },
  responses: {
    200: json("Durations and memory use.", RunSchema),
    ...problemResponses("unauthenticated", "not_found", "not_ready", "unavailable"),
  },
});

/** Files of a version, by name. */
interface Written {
  "report.json": Report;
  "run.json": Run;
}

/** Routes to list, promote and roll back versions, and to read their reports and resource usage. */
export function versionRoutes(
  { access, sql, registry, models }: RecommenderDeps & { access: Access },
) {
  const moving = atMost(MOST_MOVING);

  async function projectOf(ownerId: string, id: string) {
    return await findProject(sql, ownerId, projectIdOf(id)) ?? unknownProject(id);
  }

  /** Returns the requested version, or the champion if none is given. */
  async function askedVersion(ownerId: string, id: string, asked: string | undefined) {
    const project = await projectOf(ownerId, id);
    const model = project.mlflow_model_name;
    const version = asked ?? await registry.alias(model, "champion").catch(registryProblem) ??
      notReady(project);
    if (!VERSION.test(version)) unknownVersion(id, version);
    return { model, version };
  }

  /** Returns a version's report.json or run.json, as its trainer wrote it. */
  async function fileOf<Name extends keyof Written>(
    { model, version }: { model: string; version: string },
    file: Name,
  ): Promise<Written[Name]> {
    try {
      return JSON.parse(new TextDecoder().decode(await registry.read(model, version, file)));
    } catch (error) {
      if (error instanceof RegistryMissingError) throw new Problem("not_found", error.message);
      registryProblem(error);
    }
  }

  /** Returns the versions, newest first, and the version of the champion. */
  async function versionsOf(model: string) {
    return await Promise.all([registry.versions(model), registry.alias(model, "champion")])
      .catch(registryProblem);
  }

  /** Moves the alias, which is authoritative, if it is still at `from`, and updates its copies. */
  async function promote(
    ownerId: string,
    project: { id: number; mlflow_model_name: string },
    { version, reason, from }: {
      version: Version;
      reason: PromotionReason;
      from: string | null;
    },
  ) {
    const model = project.mlflow_model_name;
    const report = await fileOf({ model, version: version.version }, "report.json");
    const to = version.version;
    const isMoved = await moving(() =>
      promoteVersion(sql, ownerId, {
        ...{ projectId: project.id, version: to, reason, report },
        trainedAt: version.createdAt,
        move: () => registry.moveAlias(model, "champion", { from, to }).catch(registryProblem),
      })
    );
    if (!isMoved) {
      throw new Problem(
        "conflict",
        "Another version became champion at the same time, so nothing was changed: check the " +
          "versions and try again.",
      );
    }
    // The challenger has become champion, or was never compared with the new one.
    await registry.removeAlias(model, "challenger").catch(registryProblem);
    models.aliasMoved(model);
    const hasGap = await historyGaps(sql, ownerId, project.id);
    return versionJson(version, { champion: version.version, hasGap });
  }

  return createRoutes({ tag: "Versions" })
    .openapi({ ...listVersionsRoute, ...access.reads }, async (c) => {
      const project = await projectOf(c.var.ownerId, c.req.valid("param").id);
      const [versions, champion] = await versionsOf(project.mlflow_model_name);
      const hasGap = await historyGaps(sql, c.var.ownerId, project.id);
      return c.json(versions.map((version) => versionJson(version, { champion, hasGap })), 200);
    })
    .openapi({ ...rollBackRoute, ...access.writes() }, async (c) => {
      const { ownerId } = c.var;
      const project = await projectOf(ownerId, c.req.valid("param").id);
      const [versions, champion] = await versionsOf(project.mlflow_model_name);
      const before = championBefore(await listPromotions(sql, ownerId, project.id), {
        champion,
        versions: new Set(versions.map(({ version }) => version)),
      });
      const version = versions.find(({ version }) => version === before);
      if (version) {
        return c.json(
          await promote(ownerId, project, { version, reason: "ROLLED_BACK", from: champion }),
          200,
        );
      }
      throw new Problem(
        "conflict",
        `A rollback needs a version that was champion before, and project ${project.id} has ` +
          "none. Nothing was changed.",
      );
    })
    .openapi({ ...promoteRoute, ...access.writes() }, async (c) => {
      const { ownerId } = c.var;
      const { id, version: wanted } = c.req.valid("param");
      const project = await projectOf(ownerId, id);
      const [versions, champion] = await versionsOf(project.mlflow_model_name);
      const version = versions.find(({ version }) => version === wanted) ??
        unknownVersion(id, wanted);
      if (wanted === champion && wanted === project.mlflow_model_version) {
        const hasGap = await historyGaps(sql, ownerId, project.id);
        return c.json(versionJson(version, { champion, hasGap }), 200);
      }
      return c.json(
        await promote(ownerId, project, { version, reason: "PROMOTED", from: champion }),
        200,
      );
    })
    .openapi({ ...reportRoute, ...access.reads }, async (c) => {
      const { id } = c.req.valid("param");
      const version = await askedVersion(c.var.ownerId, id, c.req.valid("query").version);
      return c.json(await fileOf(version, "report.json"), 200);
    })
    .openapi({ ...runRoute, ...access.reads }, async (c) => {
      const { id } = c.req.valid("param");
      const version = await askedVersion(c.var.ownerId, id, c.req.valid("query").version);
      return c.json(await fileOf(version, "run.json"), 200);
    });
}

/** Maximum number of concurrent promotions: each holds a database connection until it is done. */
const MOST_MOVING = 3;

/** Returns a function that runs work, or throws 503 if `most` are in progress. */
function atMost(most: number) {
  let underWay = 0;
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (underWay >= most) {
      throw new Problem(
        "unavailable",
        `At most ${most} promotions can run at a time; please try again shortly.`,
        { headers: { "retry-after": "1" } },
      );
    }
    underWay++;
    try {
      return await work();
    } finally {
      underWay--;
    }
  };
}

const VERSION = /^[1-9]\d{0,9}$/;

function versionJson(
  { version, createdAt, metrics, tags }: Version,
  { champion, hasGap }: { champion: string | null; hasGap: (version: string) => boolean },
) {
  return {
    version,
    created_at: createdAt.toISOString(),
    metrics,
    algorithm: tags["airec.algorithm"] ?? null,
    verdict: VersionSchema.shape.verdict.catch(null).parse(tags["airec.verdict"] ?? null),
    champion: version === champion,
    history_gap: hasGap(version),
  };
}

function unknownVersion(id: string, version: string): never {
  throw new Problem("not_found", `Project ${id} has no version ${version.slice(0, 40)}.`);
}
