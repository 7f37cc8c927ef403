import { assertEquals, assertStringIncludes } from "@std/assert";
import { servingProject, waitingProject } from "../../testing/project.ts";
import { testRecommender } from "../../testing/recommender.ts";

Deno.test("401 without a token; 404 for another owner's project or an invalid id", async () => {
  await using service = await testRecommender();
  const { ann, id } = await servingProject(service, "HYBRID");
  const bob = await service.signUp("bob");
  const routes: [method: string, path: string, body?: unknown][] = [
    ["GET", "/status"],
    ["GET", "/events"],
    ["GET", "/items"],
    ["GET", "/users"],
    ["GET", "/users/ann/history"],
    ["GET", "/columns"],
    ["GET", "/mappings"],
    ["GET", "/recommendations?item_title=Heat&user_id=ann"],
    ["POST", "/recommendations", { item_title: "Heat", user_id: "ann" }],
    ["POST", "/recommendations/batch", { users: ["ann"] }],
    ["GET", "/similar?item_id=1"],
    ["GET", "/popular"],
    ["POST", "/retrain"],
    ["POST", "/cancel"],
    ["GET", "/versions"],
    ["POST", "/versions/1/promote"],
    ["POST", "/versions/rollback"],
    ["GET", "/report"],
    ["GET", "/run"],
    ["GET", "/settings"],
    ["PATCH", "/settings", { budget_seconds: 60 }],
    ["GET", "/items/hidden"],
    ["PUT", "/items/hidden", { item_ids: ["1"] }],
    ["GET", "/placements"],
    ["GET", "/placements/home"],
    ["GET", "/placements/home/why-not?missing=1"],
    ["POST", "/placements/preview", { name: "home" }],
    ["PUT", "/placements/home", { logic: "popular" }],
    ["DELETE", "/placements/home"],
    ["POST", "/interactions", { interactions: [{ user_id: "ann", item_id: "1" }] }],
    ["PUT", "/mappings", { interactions: { user_id: "userId", item_id: "movieId" } }],
    ["DELETE", "/users/ann"],
    ["DELETE", "/files/1"],
    ["DELETE", ""],
  ];
  for (const [method, path, body] of routes) {
    const init = {
      method,
      body: body && JSON.stringify(body),
      headers: { "content-type": "application/json" },
    } as RequestInit;
    assertEquals((await service.app.request(`/project/${id}${path}`, init)).status, 401, path);
    for (const other of [id, 4711, 0, -1, "x", "99999999999", "1.5"]) {
      const response = await bob.request(`/project/${other}${path}`, init);
      assertEquals(response.status, 404, `${method} ${other}${path}`);
      assertEquals((await response.json()).code, "not_found");
    }
  }
  assertEquals((await service.app.request("/projects")).status, 401);
  assertEquals((await service.app.request("/create-project", { method: "POST" })).status, 401);
  assertEquals((await ann.get(`/project/${id}/status`)).body.status, "READY");
});

Deno.test("before the first version there is nothing to answer from: 409 with the status", async () => {
  await using service = await testRecommender();
  const { ann, id } = await waitingProject(service, "CONTENT");
  for (const path of ["items", "users", "recommendations?item_title=Heat"]) {
    const { status, body } = await ann.get(`/project/${id}/${path}`);
    assertEquals([status, body.code, body.project_status], [409, "not_ready", "PENDING"]);
  }
  await service.sql`
    update recommender.recommender_projects set status = 'ERROR', error = 'No rows.' where id = ${id}`;
  const { body } = await ann.get(`/project/${id}/recommendations?item_title=Heat`);
  assertEquals(body.project_status, "ERROR");
  assertStringIncludes(body.detail, "No rows.");
});

Deno.test("the API description lists each route and its problems", async () => {
  await using service = await testRecommender();
  const { paths } = await (await service.app.request("/openapi.json")).json();
  assertEquals(Object.keys(paths).sort(), [
    "/create-project",
    "/project/{id}",
    "/project/{id}/cancel",
    "/project/{id}/columns",
    "/project/{id}/events",
    "/project/{id}/events/recent",
    "/project/{id}/files/{file_id}",
    "/project/{id}/interactions",
    "/project/{id}/items",
    "/project/{id}/items/changes",
    "/project/{id}/items/hidden",
    "/project/{id}/mappings",
    "/project/{id}/model/{file}",
    "/project/{id}/placements",
    "/project/{id}/placements/preview",
    "/project/{id}/placements/{name}",
    "/project/{id}/placements/{name}/why-not",
    "/project/{id}/popular",
    "/project/{id}/recommendations",
    "/project/{id}/recommendations/batch",
    "/project/{id}/report",
    "/project/{id}/results",
    "/project/{id}/retrain",
    "/project/{id}/run",
    "/project/{id}/settings",
    "/project/{id}/similar",
    "/project/{id}/status",
    "/project/{id}/trending",
    "/project/{id}/users",
    "/project/{id}/users/erased",
    "/project/{id}/users/merge",
    "/project/{id}/users/{user_id}",
    "/project/{id}/users/{user_id}/history",
    "/project/{id}/versions",
    "/project/{id}/versions/rollback",
    "/project/{id}/versions/{version}/promote",
    "/projects",
    "/uploads",
    "/uploads/{id}",
    "/uploads/{id}/{n}",
  ]);
  const form = paths["/create-project"].post.requestBody.content["multipart/form-data"].schema;
  assertEquals(form.properties.content_file, { type: "string", format: "binary" });
  assertEquals((await service.app.request("/docs")).status, 200);
});
