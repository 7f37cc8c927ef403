/**
 * The recommender's tests once more, against workerd with R2: the same files, run in a process of
 * their own, ask this one for a recommender with the settings that they need.
 */
import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { stop } from "esbuild";
import { type Edge, startEdge } from "./edge.ts";
import { testDatabase } from "./test_database.ts";
import { SECRETS } from "./test_edge.ts";
import { DRIVER, type WorkerdRecommender } from "./workerd_recommender.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));
const RECOMMENDER = "functions/recommender";
const ROUTES = ["answer", "browse", "data", "hidden", "model", "settings", "upload", "version"];
const FILES = [
  `${RECOMMENDER}/app_test.ts`,
  ...ROUTES.map((name) => `${RECOMMENDER}/routes/${name}_routes_test.ts`),
];

Deno.test({
  name: "the recommender's tests hold in workerd",
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
        const settings = await request.text();
        let edge = edges.get(settings);
        if (!edge) {
          const recommender = JSON.parse(settings);
          edge = startEdge({ databaseUrl, secrets: SECRETS, settings: { recommender } });
          edges.set(settings, edge);
        }
        const { at, s3 } = await edge;
        return Response.json(
          { url: at.recommender, databaseUrl, s3 } satisfies WorkerdRecommender,
        );
      }),
    );
    stack.defer(async () => {
      for (const edge of edges.values()) await (await edge)[Symbol.asyncDispose]();
    });
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "-A", "--no-check", ...FILES],
      cwd: ROOT,
      env: { [DRIVER]: `http://127.0.0.1:${driver.addr.port}`, AIREC_MLFLOW: "", NO_COLOR: "1" },
    }).output();
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assertEquals(success, true, said.slice(-20_000));
    console.log(said.trim().split("\n").at(-1));
  },
});
