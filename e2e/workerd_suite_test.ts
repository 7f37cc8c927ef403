/**
 * Runs the services' tests against workerd with R2: the same test files, in a child process,
 * request services with the settings they need from this process.
 */
import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { stop } from "esbuild";
import { type Edge, startEdge } from "../dev/edge.ts";
import { testDatabase } from "../testing/database.ts";
import { SECRETS } from "../testing/edge.ts";
import { DRIVER, type InWorkerd, LEFT, type Wanted } from "../testing/in_workerd.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));
const RECOMMENDER = "functions/recommender";
const WEBHOOKS = [
  ...[
    "app_routes",
    "endpoint_routes",
    "endpoint_routes_deliveries",
    "item_routes",
    "key_routes",
    "keyed_routes",
    "keyed_routes_refusals",
    "live_routes",
    "model_file_route",
  ]
    .map((name) => `routes/${name}`),
  ...["calls/publishable", "calls/rate_limit", "keys/audit", "page/script_route"],
];
const ROUTES = [
  "answer",
  "browse",
  "data",
  "erased",
  "event",
  "hidden",
  "items/item",
  "live",
  "model",
  "placements/placement",
  "project",
  "settings",
  "upload",
  "version",
];
const FILES = [
  "functions/auth/routes/account_routes_test.ts",
  "functions/auth/sessions_test.ts",
  `${RECOMMENDER}/app_test.ts`,
  `${RECOMMENDER}/routes/formats_test.ts`,
  `${RECOMMENDER}/routes/refused_files_test.ts`,
  ...WEBHOOKS.map((name) => `functions/webhooks/${name}_test.ts`),
  ...ROUTES.map((name) => `${RECOMMENDER}/routes/${name}_routes_test.ts`),
];
/** Tests of whole services that do not apply to Workers. */
const LEFT_FILES = [
  `${LEFT} webhooks/{sender,completed,post_webhook,hostile_targets}_test.ts, for a ` +
  "loop that waits and sockets that are pinned are Deno's; edge_test.ts has the Worker's sending",
  `${LEFT} auth/{entrance_routes,bcrypt,password_limit,signup_limit}_test.ts, which choose cost and clock`,
  `${LEFT} */deno_test.ts, the other way to start a service`,
];

Deno.test({
  name: "the tests of auth, webhooks and the recommender pass in workerd",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using stack = new AsyncDisposableStack();
    stack.defer(() => stop());
    const { url: databaseUrl } = stack.use(await testDatabase());
    /** Running services by settings. */
    const edges = new Map<string, Promise<Edge>>();
    /** URL of the recommender's replacement for the running test. */
    let recommender = "";
    const local = { hostname: "127.0.0.1", port: 0, onListen() {} };
    const standIn = stack.use(Deno.serve(local, async (request) => {
      const { pathname, search } = new URL(request.url);
      const { method, headers } = request;
      // The body is read first: a response before it is read would end the connection, and workerd
      // would lose a call.
      const body = request.body && await request.arrayBuffer();
      return fetch(recommender + pathname + search, { method, headers, body, redirect: "manual" });
    }));
    const driver = stack.use(Deno.serve(local, async (request) => {
      const wanted: Wanted = await request.json();
      const { name, settings } = wanted;
      recommender = wanted.recommender ?? recommender;
      const key = JSON.stringify({ name, settings });
      let edge = edges.get(key);
      if (!edge) {
        edge = startEdge({
          ...{ databaseUrl, secrets: SECRETS, settings: { [name]: settings } },
          ...{ recommender: `http://127.0.0.1:${standIn.addr.port}`, loopbackOnly: true },
        });
        edges.set(key, edge);
      }
      const { at, s3 } = await edge;
      return Response.json({ url: at[name], databaseUrl, s3 } satisfies InWorkerd);
    }));
    stack.defer(async () => {
      for (const edge of edges.values()) await (await edge)[Symbol.asyncDispose]();
    });
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "-A", "--no-check", ...FILES],
      cwd: ROOT,
      env: {
        [DRIVER]: `http://127.0.0.1:${driver.addr.port}`,
        AIREC_TEST_DATABASE: databaseUrl,
        // Tests that need MLflow are run by the service's own suite.
        AIREC_MLFLOW: "",
        AIREC_CI: "",
        NO_COLOR: "1",
      },
    }).output();
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assertEquals(success, true, said.slice(-20_000));
    const lines = said.trim().split("\n");
    const left = [...LEFT_FILES, ...lines.filter((line) => line.startsWith(LEFT))];
    for (const line of new Set(left)) console.log(line);
    console.log(lines.at(-1));
  },
});
