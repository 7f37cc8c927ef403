/** API calls of a project's inner pages, in a chunk of their own. */
import { hc, type InferRequestType, type InferResponseType } from "hono/client";
import type { App } from "../../functions/recommender/app.ts";
import { body, guardedFetch } from "./api.ts";
import { config } from "./config.ts";
import { ApiProblem, problemOf } from "./problem.ts";
import { bearer } from "./session.ts";

const project = () =>
  hc<App>(config().recommender, { fetch: guardedFetch, headers: bearer }).project[":id"];

type Calls = ReturnType<typeof project>;
type Body<Call> = InferResponseType<Call, 200>;

export type Report = Body<Calls["report"]["$get"]>;
export type Run = Body<Calls["run"]["$get"]>;
export type Results = Body<Calls["results"]["$get"]>;
export type RecentEvents = Body<Calls["events"]["recent"]["$get"]>;
export type ItemChanges = Body<Calls["items"]["changes"]["$get"]>;
export type Version = Body<Calls["versions"]["$get"]>[number];
export type Settings = Body<Calls["settings"]["$get"]>;
export type SettingsChange = InferRequestType<Calls["settings"]["$patch"]>["json"];
export type MappedFiles = Body<Calls["mappings"]["$get"]>;
export type MappedFile = NonNullable<MappedFiles["content"]>;
export type Mappings = InferRequestType<Calls["mappings"]["$put"]>["json"];
export type History = Body<Calls["users"][":user_id"]["history"]["$get"]>;
export type Facet = Body<Calls["columns"]["$get"]>["columns"][number];
export type Question = InferRequestType<Calls["recommendations"]["$post"]>["json"];
export type Answer = Body<Calls["recommendations"]["$post"]>;
export type Recommendation = Answer["recommendations"][number];

/** Returns the versions, newest first. */
export async function listVersions(id: string, signal?: AbortSignal): Promise<Version[]> {
  return await body(project().versions.$get({ param: { id } }, options(signal)));
}

/** Returns the results of the last days, up to today (UTC). */
export async function results(id: string, days: number, signal?: AbortSignal): Promise<Results> {
  const from = new Date(Date.now() - (days - 1) * 24 * 3600_000).toISOString().slice(0, 10);
  return await body(project().results.$get({ param: { id }, query: { from } }, options(signal)));
}

/** Returns how many items changed since the training, and the last fetch of the feed. */
export async function itemChanges(id: string, signal?: AbortSignal): Promise<ItemChanges> {
  return await body(project().items.changes.$get({ param: { id }, query: {} }, options(signal)));
}

/** Returns the last events and the last rejected ones, newest first. */
export async function recentEvents(id: string, signal?: AbortSignal): Promise<RecentEvents> {
  return await body(project().events.recent.$get({ param: { id }, query: {} }, options(signal)));
}

/** Returns the report of a version as JSON; see `reportOf`. */
export async function versionReport(
  id: string,
  version: string,
  signal?: AbortSignal,
): Promise<Report> {
  const call = { param: { id }, query: { version } };
  return await body(project().report.$get(call, options(signal)));
}

/** Returns the training durations of a version, or null if they were not kept. */
export async function versionRun(
  id: string,
  version: string,
  signal?: AbortSignal,
): Promise<Run | null> {
  const call = { param: { id }, query: { version } };
  const run = await body(project().run.$get(call, options(signal))).catch((error) => {
    if (error instanceof ApiProblem && error.status === 404) return null;
    throw error;
  });
  return Array.isArray(run?.candidates) ? run : null;
}

export async function promote(id: string, version: string): Promise<Version> {
  return await body(project().versions[":version"].promote.$post({ param: { id, version } }));
}

export async function rollBack(id: string): Promise<Version> {
  return await body(project().versions.rollback.$post({ param: { id } }));
}

export async function readSettings(id: string, signal?: AbortSignal): Promise<Settings> {
  return await body(project().settings.$get({ param: { id } }, options(signal)));
}

export async function changeSettings(id: string, json: SettingsChange): Promise<Settings> {
  return await body(project().settings.$patch({ param: { id }, json }));
}

export async function readMappings(id: string, signal?: AbortSignal): Promise<MappedFiles> {
  return await body(project().mappings.$get({ param: { id } }, options(signal)));
}

export async function mendMappings(id: string, json: Mappings): Promise<void> {
  await body(project().mappings.$put({ param: { id }, json }));
}

/** Returns the 30 newest interactions of a user's history. */
export async function userHistory(
  id: string,
  user_id: string,
  signal?: AbortSignal,
): Promise<History> {
  const call = { param: { id, user_id }, query: { limit: "30" } };
  return await body(project().users[":user_id"].history.$get(call, options(signal)));
}

/**
 * Returns the erased users who are still contained in files or versions; only the longest waiting
 * is listed.
 */
export async function erasedUsers(id: string, signal?: AbortSignal) {
  const call = { param: { id }, query: { limit: "1" } };
  return await body(project().users.erased.$get(call, options(signal)));
}

/** Returns the columns that recommendations can be filtered by. */
export async function filterColumns(id: string, signal?: AbortSignal): Promise<Facet[]> {
  return (await body(project().columns.$get({ param: { id } }, options(signal)))).columns;
}

/** Files of a model; those with user data are served only to the owner. */
export type ModelFile =
  | "manifest.json"
  | "model.safetensors"
  | "golden.json"
  | "users.safetensors"
  | "golden-users.json";

/** Downloads a file of the serving model. */
export async function modelFile(id: string, file: ModelFile): Promise<Blob> {
  const response = await project().model[":file"].$get({
    param: { id, file },
  }) as unknown as Response;
  if (!response.ok) throw await problemOf(response);
  return await response.blob();
}

export async function ask(id: string, json: Question, signal?: AbortSignal): Promise<Answer> {
  return await body(project().recommendations.$post({ param: { id }, json }, options(signal)));
}

/** Returns the items that most users liked. */
export async function popularItems(id: string, signal?: AbortSignal) {
  const call = { param: { id }, query: { n: "60" } };
  return (await body(project().popular.$get(call, options(signal)))).items;
}

function options(signal?: AbortSignal) {
  return { init: { signal } };
}
