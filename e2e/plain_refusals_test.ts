/** Refusals are plain sentences: no text of the validator reaches a caller. */
import { assert, assertEquals } from "@std/assert";
import { service as authService } from "../testing/auth_service.ts";
import { testDatabase } from "../testing/database.ts";
import { servingProject } from "../testing/project.ts";
import { testRecommender } from "../testing/recommender.ts";
import { testService } from "../testing/webhooks_service.ts";

interface Schema {
  $ref?: string;
  properties?: Record<string, unknown>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

interface Operation {
  requestBody?: { content: Record<string, { schema: Schema }> };
}

type Send = (method: string, path: string, body: unknown) => Promise<Response>;

/** Texts of zod's English messages. */
const RAW = /Invalid |Too (?:big|small)|Unrecognized|expected |received |NaN|undefined/;

const WRONG = [5, -1, 1e300, 1.5, "", "x".repeat(2000), true, [], [[]], [1], {}, { a: [] }];

Deno.test("no error of a JSON body contains a raw message of the validator", async (t) => {
  await using database = await testDatabase();
  await using recommender = await testRecommender();
  await using webhooks = await testService(() => new Response());
  const { ann, id } = await servingProject(recommender, "HYBRID");
  const ada = await webhooks.owner("ada@example.org");
  const auth = authService(database.service);
  const document = async (answer: Response | Promise<Response>): Promise<Document> =>
    (await answer).json();
  const json = (method: string, body: unknown): RequestInit => ({
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const services: Record<string, { description: Document; send: Send }> = {
    auth: {
      description: await document(auth.request("/openapi.json")),
      send: async (method, path, body) => await auth.request(path, json(method, body)),
    },
    recommender: {
      description: await document(recommender.app.request("/openapi.json")),
      send: (method, path, body) => ann.request(path.replace("/1", `/${id}`), json(method, body)),
    },
    webhooks: {
      description: await document(webhooks.app.request("/openapi.json")),
      send: async (method, path, body) => await ada.request(method, path, body),
    },
  };
  for (const [name, { description, send }] of Object.entries(services)) {
    await t.step(name, async () => {
      let details = 0;
      for (const { method, path, names } of bodiesOf(description)) {
        for (const wrong of WRONG) {
          const body = Object.fromEntries(names.map((member) => [member, wrong]));
          const answer = await send(method, path, body);
          if (answer.status !== 422) {
            await answer.body?.cancel();
            continue;
          }
          const { detail, errors = [] } = await answer.json();
          for (
            const sentence of [
              detail,
              ...errors.map((error: typeof errors[0]) => error.detail),
            ]
          ) {
            assertEquals(RAW.exec(sentence)?.[0], undefined, `${method} ${path}: ${sentence}`);
            details++;
          }
        }
      }
      assert(details > 20, `${details} sentences`);
    });
  }
});

/** Returns the routes with a JSON body and the names of its members, with made ids in the path. */
function* bodiesOf({ paths, components }: Document) {
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, { requestBody }] of Object.entries(operations)) {
      const given = requestBody?.content["application/json"]?.schema;
      if (!given) continue;
      const named = given.$ref?.split("/").at(-1);
      const { properties = {} } = named === undefined ? given : components.schemas[named];
      const uuid = path.startsWith("/api/");
      yield {
        method: method.toUpperCase(),
        path: path.replaceAll(/\{[^}]+\}/g, uuid ? crypto.randomUUID() : "1"),
        names: Object.keys(properties),
      };
    }
  }
}
