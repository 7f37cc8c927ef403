/**
 * Serving during erasures: two recommenders on Deno and one in workerd serve one model from an
 * MLflow server while a real trainer's housekeeping rewrites its files.
 */
import { assert, assertEquals } from "@std/assert";
import { publishChampion } from "../testing/champion.ts";
import { startEdge } from "../dev/edge.ts";
import { freePort } from "../ops/processes/free_port.ts";
import { numberProjectsApart, sharedMlflow } from "../testing/runner/shared_mlflow.ts";
import { ignoreWithout } from "../testing/runner/optional_parts.ts";
import { services, untilUp } from "../dev/services.ts";
import { supervise } from "../ops/processes/supervisor.ts";
import { testDatabase } from "../testing/database.ts";
import { SECRETS } from "../testing/edge.ts";
import { until } from "../testing/until.ts";
import { ACCESS, mintToken } from "../functions/http/identity/identity.ts";
import { encodeModel } from "../functions/recommender/model/artifact/artifact.ts";
import { exampleModel } from "../testing/example_model.ts";
import type { Model } from "../functions/recommender/model/model.ts";
import { stringTable } from "../functions/recommender/model/string_table.ts";
import { installationId } from "../functions/recommender/projects/projects.ts";
import { mlflowRegistry } from "../functions/recommender/registry/mlflow.ts";

/** Enough users for several blocks of histories. */
const USERS = 4_000;
const ENTRIES = 40;

/**
 * Returns the example model with thousands of users, each with a history of one of five films,
 * repeated.
 */
function model(): Model {
  return {
    ...exampleModel("COLLABORATIVE"),
    users: {
      ids: stringTable(Array.from({ length: USERS }, (_, i) => `user ${i}`)),
      histories: {
        offsets: Uint32Array.from({ length: USERS + 1 }, (_, i) => i * ENTRIES),
        columns: Uint32Array.from(
          { length: USERS * ENTRIES },
          (_, e) => Math.floor(e / ENTRIES) % 5,
        ),
        values: new Float32Array(USERS * ENTRIES).fill(1),
      },
    },
  };
}

Deno.test({
  name: "two processes and workerd serve unchanged lists during redactions",
  ignore: ignoreWithout("mlflow"),
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using stack = new AsyncDisposableStack();
    const { url: databaseUrl, sql } = stack.use(await testDatabase());
    const folder = await Deno.makeTempDir({ prefix: "airec-redactions-" });
    stack.defer(() => Deno.remove(folder, { recursive: true }));
    const trackingUri = await sharedMlflow();
    await numberProjectsApart(sql);

    const [{ id: owner }] = await sql`
      insert into auth.users (name, email, password) values ('Ann', 'ann@example.test', '')
      returning id`;
    const [{ id, mlflow_model_name: name }] = await sql`
      insert into recommender.recommender_projects
        (owner_id, project_name, model_type, status, trained_at, mlflow_model_version)
      values (${owner}, 'Films', 'COLLABORATIVE', 'READY', now(), '1')
      returning id, mlflow_model_name`;
    const installation = await installationId(sql);
    const registry = mlflowRegistry({ trackingUri, installation });
    await publishChampion(registry, { model: name, files: await encodeModel(model()) });

    const lines: string[] = [];
    const at: string[] = [];
    for (const programs of [["recommender", "trainer"], ["recommender"]]) {
      const ports = { auth: 0, webhooks: 0, web: 0, recommender: freePort() };
      const all = services({
        ...{ databaseUrl, blobsFolder: `${folder}/blobs`, ports, mlflow: trackingUri },
        secrets: { ...SECRETS, postgres_password: "", demo_password: "" },
      }).filter(({ name }) => programs.includes(name));
      const supervisor = supervise(all, { say: (_, line) => void lines.push(line) });
      stack.defer(() => supervisor.stop());
      await untilUp(all);
      at.push(`http://127.0.0.1:${ports.recommender}`);
    }
    const edge = stack.use(
      await startEdge({
        ...{ databaseUrl, secrets: SECRETS, say: (line) => void lines.push(line) },
        settings: { recommender: { MLFLOW_TRACKING_URI: trackingUri } },
      }),
    );
    at.push(edge.at.recommender);

    const token = await mintToken(owner, {
      kind: ACCESS,
      secret: SECRETS.jwt_secret,
      seconds: 600,
    });
    const headers = { authorization: `Bearer ${token}` };
    const ask = async (from: string, user: string) => {
      const path = `/project/${id}/recommendations?user_id=${encodeURIComponent(user)}&n=5`;
      const response = await fetch(from + path, { headers });
      const text = await response.text();
      assertEquals(
        response.status,
        200,
        `${from} ${user}: ${text}\n${lines.slice(-20).join("\n")}`,
      );
      const { recommendations, fallback } = JSON.parse(text);
      return JSON.stringify({ recommendations, fallback });
    };
    // Recommendations of each kind of user before the erasure; identical from all three.
    const expected: string[] = [];
    for (let kind = 0; kind < 5; kind++) {
      const [first, ...others] = await Promise.all(at.map((from) => ask(from, `user ${kind}`)));
      assertEquals(others, [first, first]);
      expected.push(first);
    }

    let isOver = false;
    let answers = 0;
    const asking = Promise.all(at.map(async (from) => {
      for (let i = 0; !isOver; i++) {
        const user = 1_000 + (i * 7919) % 3_000;
        assertEquals(await ask(from, `user ${user}`), expected[user % 5], `${from} user ${user}`);
        answers++;
      }
    }));
    const pending = async () => {
      const response = await fetch(`${at[0]}/project/${id}/users/erased`, { headers });
      return (await response.json()).pending;
    };
    const erasing = (async () => {
      for (let person = 0; person < 3; person++) {
        const user = encodeURIComponent(`user ${person}`);
        const url = `${at[0]}/project/${id}/users/${user}`;
        const { status, body } = await fetch(url, { method: "DELETE", headers });
        await body?.cancel();
        assertEquals(status, 202);
        await until(async () => await pending() === 0);
      }
      isOver = true;
    })();
    await Promise.all([asking, erasing]).finally(() => isOver = true);
    assert(answers > 30, `${answers} answers`);

    // No recommender keeps or reads the erased user's history: the user is unknown.
    for (const from of at) {
      const history = await fetch(`${from}/project/${id}/users/user%200/history`, { headers });
      assertEquals((await history.json()).known, false);
    }
    const files = await registry.files(name, "1", "data");
    assertEquals(files.filter((path) => path.includes("users")).length, 1);
  },
});
