/** Every JSON body refuses unknown members, so that a misspelt one is never ignored. */
import { assertEquals } from "@std/assert";
import { testDatabase } from "../testing/database.ts";
import { testRecommender } from "../testing/recommender.ts";
import { service as authService } from "../testing/auth_service.ts";
import { testService } from "../testing/webhooks_service.ts";

interface Schema {
  $ref?: string;
  type?: string | string[];
  properties?: object;
  additionalProperties?: unknown;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

interface Operation {
  requestBody?: { content: Record<string, { schema: Schema }> };
}

/** Bodies that accept unknown members, by service. */
const LOOSE: Record<string, string[]> = {
  // Clients may send a whole account object.
  auth: ["post /login"],
  recommender: [],
  // Bodies of secret keys are forwarded to the recommender, which refuses unknown members; of
  // publishable keys only known members are forwarded.
  webhooks: ["post /api/recommend", "post /api/recommend/batch"],
};

Deno.test("every JSON body of every service rejects unknown fields by name", async (t) => {
  await using database = await testDatabase();
  await using recommender = await testRecommender();
  await using webhooks = await testService(() => new Response());
  const apps = {
    auth: authService(database.service),
    recommender: recommender.app,
    webhooks: webhooks.app,
  };
  for (const [name, app] of Object.entries(apps)) {
    await t.step(name, async () => {
      const document: Document = await (await app.request("/openapi.json")).json();
      const loose: string[] = [];
      for (const [path, operations] of Object.entries(document.paths)) {
        for (const [method, { requestBody }] of Object.entries(operations)) {
          const given = requestBody?.content["application/json"]?.schema;
          if (!given) continue;
          const named = given.$ref?.split("/").at(-1);
          const schema = named === undefined ? given : document.components.schemas[named];
          if (schema.additionalProperties !== false) loose.push(`${method} ${path}`);
        }
      }
      assertEquals(loose, LOOSE[name]);
    });
  }
  const ada = await webhooks.owner("ada@example.org");
  const app = await ada.register("Shop");
  const misspelt = { name: "Second", calls_per_minute: 60 };
  const keys = `/api/apps/${app.app_id}/keys`;
  for (const [method, path] of [["POST", keys], ["PATCH", `${keys}/${crypto.randomUUID()}`]]) {
    const answer = await ada.request(method, path, misspelt);
    const { errors } = await answer.json();
    assertEquals([answer.status, errors], [422, [
      { pointer: "/calls_per_minute", detail: "is not a known member" },
    ]]);
  }
});
