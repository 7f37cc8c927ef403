/**
 * API calls of the dashboard, typed by the services' routes. Each returns the response body and
 * throws `ApiProblem` on failure.
 */
import { type ClientResponse, hc, type InferResponseType } from "hono/client";
import type { App as AuthApp } from "../../functions/auth/app.ts";
import type { App as RecommenderApp } from "../../functions/recommender/app.ts";
import type { App as WebhooksApp } from "../../functions/webhooks/app.ts";
import { config } from "./config.ts";
import type { KeyPlace } from "./key_place.ts";
import { problemOf, unreachable } from "./problem.ts";
import { renewed } from "./refresh.ts";
import { bearer, type Login } from "./session.ts";

const auth = () => hc<AuthApp>(config().auth, { fetch: fetchWithCookie, headers: bearer });
const recommender = () =>
  hc<RecommenderApp>(config().recommender, { fetch: guardedFetch, headers: bearer });
const webhooks = () =>
  hc<WebhooksApp>(config().webhooks, { fetch: guardedFetch, headers: bearer }).api.apps;

type Auth = ReturnType<typeof auth>;
type Recommender = ReturnType<typeof recommender>;
type Webhooks = ReturnType<typeof webhooks>;
type Body<Call> = InferResponseType<Call, 200>;

export type Account = Body<Auth["me"]["$get"]>;
export type AuditEntry = Body<Auth["audit"]["$get"]>[number];
export type Project = Body<Recommender["projects"]["$get"]>[number];
export type ProjectDetails = Body<Recommender["project"][":id"]["status"]["$get"]>;
export type ProjectFile = ProjectDetails["files"][number];
export type Answer = Body<Recommender["project"][":id"]["recommendations"]["$get"]>;
export type ModelType = Project["model_type"];
export type ProjectStatus = Project["status"];
export type App = Body<Webhooks["$get"]>[number];
export type RegisteredApp = InferResponseType<Webhooks["register"]["$post"], 201>;

/** Page size of the project list. */
const PAGE = "50";

/** Largest page size that the services allow. */
const ALL = "200";

export async function signUp(account: { name: string; email: string; password: string }) {
  await body(auth().signup.$post({ json: account }));
}

export async function logIn(account: { email: string; password: string }): Promise<Login> {
  return await body(auth().login.$post({ json: account }));
}

/** Ends the session on the server; `endSession` clears the local state. */
export async function logOut(): Promise<void> {
  await body(auth().logout.$post());
}

/** Ends all sessions of the account, including this one. */
export async function logOutEverywhere(): Promise<void> {
  await body(auth()["logout-all"].$post());
}

export async function account(signal?: AbortSignal): Promise<Account> {
  return await body(auth().me.$get({}, options(signal)));
}

/** Changes the password and ends all other sessions. */
export async function changePassword(change: { password: string; new_password: string }) {
  await body(auth().password.$post({ json: change }));
}

/** Deletes the account and everything it owns. */
export async function deleteAccount(password: string): Promise<void> {
  await body(auth().me.$delete({ json: { password } }));
}

/** Returns everything stored about the account, as indented JSON. */
export async function exportAccount(): Promise<string> {
  return JSON.stringify(await body(auth().me.export.$get()), null, 2);
}

/** Returns one page of the audit trail, newest first; with `before`, the page that follows it. */
export async function listAudit(before?: AuditEntry): Promise<AuditEntry[]> {
  const query = { limit: AUDIT_PAGE, ...(before && { cursor: before.id }) };
  return await body(auth().audit.$get({ query }));
}

/** Page size of the audit trail. */
export const AUDIT_PAGE = "15";

/** Returns the newest projects, one page of the largest size, for a picker. */
export async function listProjects(signal?: AbortSignal): Promise<Project[]> {
  return await body(recommender().projects.$get({ query: { limit: ALL } }, options(signal)));
}

/** Returns the first `pages` pages of projects, newest first, and whether more follow. */
export async function projectPages(
  pages: number,
  signal?: AbortSignal,
): Promise<{ projects: Project[]; hasMore: boolean }> {
  const projects: Project[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < pages; page++) {
    const call = recommender().projects.$get({ query: { limit: PAGE, cursor } }, options(signal));
    projects.push(...await body(call));
    cursor = nextCursor((await call).headers.get("link"));
    if (cursor === undefined) break;
  }
  return { projects, hasMore: cursor !== undefined };
}

/** Returns the cursor of the next page from a `Link` header (RFC 8288), or undefined. */
export function nextCursor(link: string | null): string | undefined {
  const target = /<([^>]*)>;\s*rel="next"/.exec(link ?? "")?.[1];
  return target === undefined
    ? undefined
    : new URL(target, "http://page").searchParams.get("cursor") ?? undefined;
}

export async function projectDetails(id: string, signal?: AbortSignal): Promise<ProjectDetails> {
  return await body(recommender().project[":id"].status.$get({ param: { id } }, options(signal)));
}

export async function retrain(id: string): Promise<void> {
  await body(recommender().project[":id"].retrain.$post({ param: { id } }));
}

/** Cancels the queued or running training. */
export async function cancelTraining(id: string): Promise<void> {
  await body(recommender().project[":id"].cancel.$post({ param: { id } }));
}

export async function deleteProject(id: string): Promise<void> {
  await body(recommender().project[":id"].$delete({ param: { id } }));
}

/** Search results per query. */
const CHOICES = "20";

/** Finds items by part of their title, most popular first. */
export async function searchItems(id: string, q: string, signal: AbortSignal) {
  const query = { q, limit: CHOICES };
  return (await body(
    recommender().project[":id"].items.$get({ param: { id }, query }, options(signal)),
  )).items;
}

/** Finds users by part of their id. */
export async function searchUsers(id: string, q: string, signal: AbortSignal) {
  const query = { q, limit: CHOICES };
  return (await body(
    recommender().project[":id"].users.$get({ param: { id }, query }, options(signal)),
  )).users;
}

/** Query of a recommendation request; undefined fields are not sent. */
export interface Asked {
  item_title?: string;
  item_id?: string;
  user_id?: string;
  n?: string;
}

export async function recommendations(id: string, query: Asked): Promise<Answer> {
  return await body(recommender().project[":id"].recommendations.$get({ param: { id }, query }));
}

export async function listApps(signal?: AbortSignal): Promise<App[]> {
  return await body(webhooks().$get({ query: { limit: ALL } }, options(signal)));
}

/** Returns the number of answered requests of each app. */
export async function listUsage(signal?: AbortSignal) {
  return await body(webhooks().usage.$get({ query: { limit: ALL } }, options(signal)));
}

export async function registerApp(
  app: { app_name: string; webhook_url?: string } & KeyPlace,
): Promise<RegisteredApp> {
  return await body(webhooks().register.$post({ json: app }));
}

export async function deleteApp(id: string): Promise<void> {
  await body(webhooks()[":id"].$delete({ param: { id } }));
}

/**
 * `fetch` that throws `ApiProblem` when the service is unreachable, and that repeats a request
 * refused with 401 once after refreshing the access token.
 */
export async function guardedFetch(
  input: RequestInfo | URL,
  init?: RequestInit,
): Promise<Response> {
  const response = await reached(input, init);
  const headers = new Headers(init?.headers);
  const sent = headers.get("authorization");
  if (response.status !== 401 || !sent || !await renewed(sent)) return response;
  headers.set("authorization", bearer().authorization);
  return await reached(input, { ...init, headers });
}

/** Sends cookies: only auth sets and reads the refresh cookie. */
function fetchWithCookie(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  return guardedFetch(input, { ...init, credentials: "include" });
}

async function reached(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  return await fetch(input, init).catch((error) => {
    if (init?.signal?.aborted) throw error;
    throw unreachable(new URL(input instanceof Request ? input.url : input).origin);
  });
}

/** Body type of the successful responses in a union of `ClientResponse` types. */
type Success<Answer> = Answer extends ClientResponse<infer Held, infer Status, string>
  ? Status extends 200 | 201 | 202 | 204 ? Held : never
  : never;

/** Returns the body of a successful response; throws `ApiProblem` otherwise. */
export async function body<Answer extends ClientResponse<unknown, number, string>>(
  call: Promise<Answer>,
): Promise<Success<Answer>> {
  const response = await call as unknown as Response;
  if (!response.ok) throw await problemOf(response);
  return response.status === 204 ? undefined as Success<Answer> : await response.json();
}

function options(signal?: AbortSignal) {
  return { init: { signal } };
}
