/** MLflow with authentication: its own passwords, and a gateway that accepts bearer tokens. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { startMlflow } from "../../../ops/home/mlflow.ts";
import { ignoreWithout } from "../../../testing/runner/optional_parts.ts";
import { openRegistry } from "./open.ts";
import { diskBlobs } from "../blobs/disk.ts";
import { RegistryUnavailableError } from "./registry.ts";

Deno.test({
  name:
    "a protected MLflow accepts the password, or a token through its gateway, and no request without",
  ignore: ignoreWithout("mlflow auth"),
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "airec-mlflow-" });
    const password = crypto.randomUUID();
    const server = await startMlflow({ folder, password });
    try {
      const protectedUri = new URL(server.url).origin;
      await using gateway = tokenGateway(protectedUri, { token: "t0k", password });
      const open = (MLFLOW_TRACKING_URI: string, credentials: Record<string, string> = {}) =>
        openRegistry({
          blobs: diskBlobs(folder),
          installation: "home",
          mlflow: { MLFLOW_TRACKING_URI, ...credentials },
        });
      const model = "project-6-recommender";
      const training = {
        ...{ model, trainingId: "a1", description: "", parameters: {}, metrics: {}, tags: {} },
        files: { "data/a": new Uint8Array([1, 2, 3]) },
        startedAt: new Date(),
      };

      const wrong = "not-the-password";
      const strangers = [
        open(protectedUri),
        open(protectedUri, { MLFLOW_TRACKING_USERNAME: "admin", MLFLOW_TRACKING_PASSWORD: wrong }),
        open(protectedUri, { MLFLOW_TRACKING_TOKEN: "t0k" }),
        open(gateway.url),
      ];
      for (const stranger of strangers) {
        const refused = () => stranger.publish(training);
        const { message } = await assertRejects(
          refused,
          RegistryUnavailableError,
          "responded with 401",
        );
        assert(!message.includes(wrong) && !message.includes("t0k"));
      }

      const byToken = open(gateway.url, { MLFLOW_TRACKING_TOKEN: "t0k" });
      const version = await byToken.publish(training);
      const byPassword = open(protectedUri, {
        MLFLOW_TRACKING_USERNAME: "admin",
        MLFLOW_TRACKING_PASSWORD: password,
      });
      assertEquals(await byPassword.versions(model), [version]);
      await byPassword.setAlias(model, "champion", "1");
      assertEquals(await open(server.url).alias(model, "champion"), "1");
      assertEquals(await byToken.read(model, "1", "data/a"), training.files["data/a"]);
      await byPassword.remove(model);
      assertEquals(await byToken.versions(model), []);
    } finally {
      await server.stop();
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** A single sign-on gateway in front of MLflow that accepts only bearer tokens. */
function tokenGateway(to: string, { token, password }: { token: string; password: string }) {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    if (request.headers.get("authorization") !== `Bearer ${token}`) {
      return Response.json({ message: "Who are you?" }, { status: 401 });
    }
    const { pathname, search } = new URL(request.url);
    const headers = new Headers(request.headers);
    headers.set("authorization", `Basic ${btoa(`admin:${password}`)}`);
    headers.delete("host");
    const { method, body } = request;
    return fetch(to + pathname + search, { method, headers, body });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
