/** Access to the champion of a project, and the mapping of its errors to problems. */
import type { Context } from "hono";
import { Problem } from "../../http/problem.ts";
import type { RecommenderDeps } from "../deps.ts";
import {
  FilterError,
  MissingParameterError,
  type Rules,
  UnknownItemError,
} from "../model/answer.ts";
import { hiddenSteps } from "../model/answer_steps.ts";
import { ModelTooLargeError } from "../model/artifact/artifact.ts";
import type { Model } from "../model/model.ts";
import type { LiveCatalogue } from "../live/live_catalogue.ts";
import type { LiveHistories, Visitor } from "../live/live_histories.ts";
import type { PlacementFacts } from "../model/placements/logics.ts";
import type { NamedPlacement } from "../model/placements/placement.ts";
import { personId } from "../model/request.ts";
import type { Steps } from "../model/steps.ts";
import { factsOf } from "../placements/facts.ts";
import type { Project } from "../projects/project.ts";
import { findProject } from "../projects/projects.ts";
import { isOutdated } from "../registry/cache/load_version.ts";
import type { ServedModel } from "../registry/cache/model_cache.ts";
import { RegistryConflictError, RegistryUnavailableError } from "../registry/registry.ts";
import { projectIdOf, unknownProject } from "./parameters.ts";

/** Live events and items, where an answer knows them. */
interface Live {
  live?: LiveHistories;
  catalogue?: LiveCatalogue;
}

/** Persons of a request, whose live events its answer knows. */
export interface Asked {
  ownerId: string;
  visitors?: readonly Visitor[];
}

/**
 * Returns the champion of one of the owner's projects, loaded with at least these persons.
 * @throws {Problem} as `championFor`, and 404 if there is no such project.
 */
export async function championOf(
  deps: Pick<RecommenderDeps, "sql" | "models"> & Live,
  id: string,
  asked: Asked,
): Promise<ServedModel & { project: Project }> {
  const project = await findProject(deps.sql, asked.ownerId, projectIdOf(id)) ?? unknownProject(id);
  return await championFor(deps, project, asked);
}

/**
 * Returns the champion of a project with its live items. If persons are given, its users are at
 * least these, with their live events.
 * @throws {Problem} 409 if there is no champion, 503 if it cannot be loaded from the registry.
 */
export async function championFor(
  { models, live, catalogue }: Pick<RecommenderDeps, "models"> & Live,
  project: Project,
  { ownerId, visitors = [] }: Asked,
): Promise<ServedModel & { project: Project }> {
  const name = project.mlflow_model_name;
  for (let tries = 1;; tries++) {
    const found = await models.champion(name).catch(registryProblem);
    if (!found) notReady(project);
    const of = { ownerId, projectId: project.id };
    const champion = catalogue ? await catalogue.of(found, of) : found;
    if (!live || visitors.length === 0) return { ...champion, project };
    try {
      const users = await live.of(champion, of, visitors);
      return { ...champion, model: { ...champion.model, users }, project };
    } catch (error) {
      if (tries === TRIES || !isOutdated(error)) registryProblem(error);
      await models.renew(name);
    }
  }
}

/**
 * Returns the champion of a project as `championFor` does, and the facts that the answer of a
 * placement needs in addition; those of erased persons are not read.
 */
export async function placedChampion(
  deps: Pick<RecommenderDeps, "models" | "sql"> & Required<Live>,
  project: Project,
  { ownerId, erased, placement, visitors }: {
    ownerId: string;
    erased: ReadonlySet<string>;
    placement: NamedPlacement;
    visitors: readonly Visitor[];
  },
): Promise<{ champion: ServedModel & { project: Project }; facts: PlacementFacts }> {
  const champion = await championFor(deps, project, { ownerId, visitors });
  const visitor = visitors.find((one) => !erased.has(personId(one)));
  const about = { project: { ownerId, projectId: project.id }, placement, visitor };
  return { champion, facts: await factsOf(deps, champion, about).catch(registryProblem) };
}

/** Attempts to read histories, which an erasure may rewrite concurrently. */
const TRIES = 3;

/** @throws {Problem} 409 with the project's status. */
export function notReady({ id, status, error }: Project): never {
  throw new Problem(
    "not_ready",
    `Project ${id} has no trained model to answer from yet; it is ${status}.${
      error ? ` ${error}` : ""
    }`,
    { members: { project_status: status } },
  );
}

/** Fields of every recommendation response in addition to the list. */
export function heading({ project, version, stale }: ServedModel & { project: Project }) {
  return {
    project_id: project.id,
    model_type: project.model_type,
    model_version: version,
    ...(stale && { stale: true as const }),
  };
}

/** Returns the rule that hides these items, cached per list of ids and model. */
export function* hiding(model: Model, list: string[]): Steps<Rules> {
  if (list.length === 0) return {};
  const cached = hidden.get(list);
  if (cached?.items === model.items) return cached.rules;
  const rules = { hidden: yield* hiddenSteps(model, list) };
  hidden.set(list, { items: model.items, rules });
  return rules;
}

const hidden = new WeakMap<string[], { items: Model["items"]; rules: Rules }>();

/** Returns serialized JSON as a response; its type is that of the route's schema. */
export function textAnswer(c: Context, text: string) {
  return c.body(text, 200, { "content-type": "application/json" }) as never;
}

/**
 * Awaits a model's result and maps its errors.
 * @throws {Problem} 422 for missing or invalid parameters, 404 for an unknown item.
 */
export async function answered<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (error) {
    throw problemOfAsking(error);
  }
}

function problemOfAsking(error: unknown): unknown {
  if (error instanceof MissingParameterError) {
    const { message, parameters } = error;
    return new Problem("invalid_input", message, {
      errors: parameters.map((name) => ({
        pointer: `/${name}`,
        detail: "must be given",
      })),
    });
  }
  if (error instanceof FilterError) {
    const { message, pointer, columns } = error;
    return new Problem("invalid_input", message, {
      errors: [{ pointer: `/filter${pointer}`, detail: message }],
      members: { columns },
    });
  }
  if (error instanceof UnknownItemError) {
    return new Problem("not_found", error.message, { members: { nearest: error.nearest } });
  }
  return error;
}

/** Maps errors of the registry to problems; rethrows others. */
export function registryProblem(error: unknown): never {
  if (error instanceof RegistryUnavailableError || isOutdated(error)) {
    throw new Problem(
      "unavailable",
      "The model cannot be loaded from the model registry; please try again shortly.",
      { headers: { "retry-after": "2" }, cause: error },
    );
  }
  if (error instanceof ModelTooLargeError) {
    throw new Problem(
      "unavailable",
      `${error.message} Promote a smaller version, train on fewer items, or serve it ` +
        "with Deno, which has no such limit.",
    );
  }
  if (error instanceof RegistryConflictError) throw new Problem("conflict", error.forOwner);
  throw error;
}
