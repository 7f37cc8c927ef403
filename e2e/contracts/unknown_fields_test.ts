/**
 * Unknown fields of requests: queries and some bodies of the first release ignore them and name them
 * in their responses, so that no client breaks and no misspelt field goes unnoticed; others refuse.
 */
import { assertEquals, assertFalse } from "@std/assert";
import { service as authService } from "../../testing/auth_service.ts";
import { documents, operationsOf } from "../../testing/contracts/documents.ts";
import { testDatabase } from "../../testing/database.ts";
import { servingProject } from "../../testing/project.ts";
import { testRecommender } from "../../testing/recommender.ts";
import { testService } from "../../testing/webhooks_service.ts";

/**
 * Routes that ignore unknown fields of their query or JSON body. None may be added: a new route has
 * strict schemas.
 */
const IGNORING: Record<string, string[]> = {
  auth: [
    "DELETE /me",
    "GET /audit",
    "GET /me",
    "GET /me/export",
    "POST /login",
    "POST /logout",
    "POST /logout-all",
    "POST /password",
    "POST /refresh",
    "POST /signup",
  ],
  recommender: [
    "DELETE /project/{id}",
    "DELETE /project/{id}/files/{file_id}",
    "DELETE /project/{id}/users/{user_id}",
    "DELETE /uploads/{id}",
    "GET /project/{id}/columns",
    "GET /project/{id}/events",
    "GET /project/{id}/items",
    "GET /project/{id}/items/hidden",
    "GET /project/{id}/mappings",
    "GET /project/{id}/model/{file}",
    "GET /project/{id}/popular",
    "GET /project/{id}/recommendations",
    "GET /project/{id}/report",
    "GET /project/{id}/run",
    "GET /project/{id}/settings",
    "GET /project/{id}/similar",
    "GET /project/{id}/status",
    "GET /project/{id}/users",
    "GET /project/{id}/users/erased",
    "GET /project/{id}/users/{user_id}/history",
    "GET /project/{id}/versions",
    "GET /projects",
    "GET /uploads",
    "GET /uploads/{id}",
    "PATCH /project/{id}/settings",
    "POST /create-project",
    "POST /project/{id}/cancel",
    "POST /project/{id}/interactions",
    "POST /project/{id}/recommendations",
    "POST /project/{id}/recommendations/batch",
    "POST /project/{id}/retrain",
    "POST /project/{id}/versions/rollback",
    "POST /project/{id}/versions/{version}/promote",
    "POST /uploads",
    "PUT /project/{id}/items/hidden",
    "PUT /project/{id}/mappings",
    "PUT /uploads/{id}/{n}",
  ],
  webhooks: [
    // Others may add parameters to the address of a script.
    "GET /airec.js",
    "DELETE /api/apps/{id}",
    "DELETE /api/apps/{id}/endpoints/{endpoint_id}",
    "DELETE /api/apps/{id}/keys/{key_id}",
    "GET /api/apps",
    "GET /api/apps/usage",
    "GET /api/apps/{id}/deliveries",
    "GET /api/apps/{id}/deliveries/{webhook_id}",
    "GET /api/apps/{id}/endpoints",
    "GET /api/apps/{id}/identity-secret",
    "GET /api/apps/{id}/keys",
    "GET /api/apps/{id}/usage",
    "GET /api/columns",
    "GET /api/items",
    "GET /api/model/{project_id}/{file}",
    "GET /api/popular",
    "PATCH /api/apps/{id}",
    "PATCH /api/apps/{id}/endpoints/{endpoint_id}",
    "PATCH /api/apps/{id}/keys/{key_id}",
    "POST /api/apps/register",
    "POST /api/apps/{id}/deliveries/{webhook_id}/resend",
    "POST /api/apps/{id}/endpoints",
    "POST /api/apps/{id}/endpoints/{endpoint_id}/replay",
    "POST /api/apps/{id}/endpoints/{endpoint_id}/rotate",
    "POST /api/apps/{id}/endpoints/{endpoint_id}/test",
    "POST /api/apps/{id}/identity-secret",
    "POST /api/apps/{id}/keys",
    "POST /api/apps/{id}/keys/{key_id}/rotate",
    "POST /api/recommend",
    "POST /api/recommend/batch",
  ],
};

Deno.test("only the routes of the first release ignore unknown fields", async () => {
  for (const { service, name, operation } of operationsOf(await documents())) {
    const unknown = operation["x-airec-unknown-fields"];
    if (IGNORING[service].includes(name)) continue;
    assertEquals(unknown, "refused", `${name} needs z.strictObject for its query and JSON body`);
  }
});

Deno.test("the only JSON bodies with unknown members are sign-in, recommendations and interactions", async () => {
  const all = await documents();
  const loose = operationsOf(all).filter(({ service, operation }) => {
    const given = operation.requestBody?.content["application/json"]?.schema;
    const named = given?.$ref?.split("/").at(-1);
    const schema = named ? all[service].components.schemas[named] : given;
    return schema && schema.additionalProperties !== false;
  });
  assertEquals(loose.map(({ name }) => name), [
    "POST /login",
    "POST /project/{id}/recommendations",
    "POST /project/{id}/recommendations/batch",
    "POST /project/{id}/interactions",
    "POST /api/recommend",
    "POST /api/recommend/batch",
  ]);
});

Deno.test("recommendations name unknown fields with the nearest known ones", async () => {
  await using recommender = await testRecommender();
  const { ann, id } = await servingProject(recommender, "HYBRID");
  const url = `/project/${id}/recommendations`;
  const { status, body } = await ann.post(url, { user_id: "ann", filters: {}, userId: "bob" });
  assertEquals([status, body.warnings], [200, [
    '"filters" is not known and was ignored; did you mean filter?',
    '"userId" is not known and was ignored; did you mean user_id?',
  ]]);
  const read = await ann.get(`${url}?user_id=ann&item_id=five&colour=1`);
  assertEquals(read.body.warnings, ['"colour" is not known and was ignored']);
  const batch = await ann.post(`${url}/batch`, { users: ["ann"], usres: [] });
  assertEquals([batch.status, batch.body.warnings], [200, [
    '"usres" is not known and was ignored; did you mean users?',
  ]]);
  assertFalse("warnings" in (await ann.post(url, { user_id: "ann" })).body);
});

Deno.test("limit is the number of items everywhere; n still works", async () => {
  await using recommender = await testRecommender();
  const { ann, id } = await servingProject(recommender, "HYBRID");
  const url = `/project/${id}/recommendations`;
  const counts: number[] = [];
  for (const count of [{ limit: 1 }, { n: 1 }, { limit: 1, n: 2 }]) {
    const answer = await ann.post(url, { item_id: "five", ...count });
    counts.push(answer.body.recommendations.length);
    const query = new URLSearchParams(Object.entries(count).map(([k, v]) => [k, String(v)]));
    const popular = await ann.get(`/project/${id}/popular?${query}`);
    counts.push(popular.body.items.length);
    const similar = await ann.get(`/project/${id}/similar?item_id=five&${query}`);
    counts.push(similar.body.recommendations.length);
    const batch = await ann.post(`${url}/batch`, { users: ["ann"], ...count });
    counts.push(batch.body.results[0].recommendations.length);
  }
  assertEquals(counts, Array(12).fill(1));
});

Deno.test("rows of interactions and fields of a form that are unknown are named", async () => {
  await using recommender = await testRecommender();
  const { ann, id } = await servingProject(recommender, "HYBRID");
  const rows = [{ user_id: "1", item_id: "a", raiting: 5 }, { user_id: "2", item_id: "a" }];
  const added = await ann.post(`/project/${id}/interactions`, { interactions: rows });
  assertEquals([added.status, added.body.rows, added.body.warnings], [201, 2, [
    '"raiting" is not known and was ignored; did you mean rating?',
  ]]);
  const file = new File(["id,title\na,A\nb,B\n"], "items.csv");
  const made = await ann.upload({
    project_name: "Form",
    projectname: "Other",
    content_file: file,
    content_schema_json: JSON.stringify({ item_id: "id", item_title: "title" }),
  });
  assertEquals([made.status, made.body.project_name, made.body.warnings], [201, "Form", [
    '"projectname" is not known and was ignored; did you mean project_name?',
  ]]);
});

Deno.test("by key, warnings of the recommender are passed on, and pages are warned alike", async () => {
  const warned = '{"recommendations":[],"warnings":["\\"filters\\" is not known"]}';
  await using webhooks = await testService(() =>
    new Response(warned, { headers: { "content-type": "application/json" } })
  );
  const ada = await webhooks.owner("ada@example.org");
  const { api_key, app_id } = await ada.register("Shop");
  const secret = await webhooks.recommendBy(api_key, { project_id: 7, filters: {} });
  assertEquals(await secret.text(), warned);
  const page = { kind: "publishable", origins: ["https://shop.example"], projects: [7], name: "P" };
  const made = await (await ada.request("POST", `/api/apps/${app_id}/keys`, page)).json();
  const answer = await webhooks.recommendBy(made.api_key, { project_id: 7, filters: {} }, {
    origin: "https://shop.example",
  });
  assertEquals((await answer.json()).warnings, [
    '"filters" is not known',
    '"filters" is not known and was ignored; did you mean filter?',
  ]);
});

Deno.test("a sign-in names unknown fields; a key's rules refuse them", async () => {
  await using database = await testDatabase();
  await using webhooks = await testService(() => new Response());
  const ada = await webhooks.owner("ada@example.org");
  const app = await ada.register("Shop");
  const rules = { name: "Second", rate_limits: 60 };
  const refused = await ada.request("POST", `/api/apps/${app.app_id}/keys`, rules);
  const { errors, warnings } = await refused.json();
  assertEquals([refused.status, errors, warnings], [422, [
    { pointer: "/rate_limits", detail: "is not a known member; did you mean rate_limit?" },
  ], undefined]);
  const login = await authService(database.service).request("/login", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: "nobody@example.org", password: "wrong", user: 1 }),
  });
  assertEquals([login.status, (await login.json()).warnings], [401, [
    '"user" is not known and was ignored',
  ]]);
});
