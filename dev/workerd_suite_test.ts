/**
 * The services' tests once more, against workerd with R2: the same files, run in a process of their
 * own, ask this one for a service with the settings that they need.
 */
import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { stop } from "esbuild";
import { type Edge, startEdge } from "./edge.ts";
import { testDatabase } from "./test_database.ts";
import { SECRETS } from "./test_edge.ts";
import { DRIVER, type InWorkerd } from "./test_in_workerd.ts";
import type { WorkerName } from "./wrangler_config.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));
const RECOMMENDER = "functions/recommender";
const ROUTES = [
  "answer",
  "browse",
  "data",
  "event",
  "hidden",
  "model",
  "settings",
  "upload",
  "version",
];
const FILES = [
  "functions/auth/account_test.ts",
  "functions/auth/sessions_test.ts",
  `${RECOMMENDER}/app_test.ts`,
  ...ROUTES.map((name) => `${RECOMMENDER}/routes/${name}_routes_test.ts`),
];

Deno.test({
  name: "the tests of auth and the recommender hold in workerd",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using stack = new AsyncDisposableStack();
    stack.defer(() => stop());
    const { url: databaseUrl } = stack.use(await testDatabase());
    /** Those that run, by their settings. */
    const edges = new Map<string, Promise<Edge>>();
    const driver = stack.use(
      Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
        const asked = await request.text();
        const { name, settings }: { name: WorkerName; settings: Record<string, string> } = JSON
          .parse(asked);
        let edge = edges.get(asked);
        if (!edge) {
          edge = startEdge({ databaseUrl, secrets: SECRETS, settings: { [name]: settings } });
          edges.set(asked, edge);
        }
        const { at, s3 } = await edge;
        return Response.json({ url: at[name], databaseUrl, s3 } satisfies InWorkerd);
      }),
    );
    stack.defer(async () => {
      for (const edge of edges.values()) await (await edge)[Symbol.asyncDispose]();
    });
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "-A", "--no-check", ...FILES],
      cwd: ROOT,
      env: {
        [DRIVER]: `http://127.0.0.1:${driver.addr.port}`,
        AIREC_TEST_DATABASE: databaseUrl,
        // The few of these files that need MLflow have it in the service's own run, not here.
        AIREC_MLFLOW: "",
        AIREC_CI: "",
        NO_COLOR: "1",
      },
    }).output();
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assertEquals(success, true, said.slice(-20_000));
    console.log(said.trim().split("\n").at(-1));
  },
});
