import { assertEquals } from "@std/assert";
import { diskBlobs } from "../blobs/disk.ts";
import { openRegistry } from "./open.ts";

Deno.test("an address of MLflow opens MLflow, none or an empty one the folder", () => {
  const shared = { blobs: diskBlobs("unused"), installation: "home" };
  const descriptionOf = (MLFLOW_TRACKING_URI?: string) =>
    openRegistry({ ...shared, mlflow: { MLFLOW_TRACKING_URI } }).description;
  assertEquals(descriptionOf("http://mlflow:5000/"), "MLflow at http://mlflow:5000");
  assertEquals(descriptionOf(""), "the folder registry");
  assertEquals(descriptionOf(), "the folder registry");
});

Deno.test("MLflow is asked with the credentials of its variables, for our models alone", async () => {
  const seen: (string | null)[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    seen.push(
      request.headers.get("authorization"),
      new URL(request.url).searchParams.get("filter"),
    );
    return Response.json({ registered_models: [{ name: "b" }, { name: "a" }] });
  });
  const registry = openRegistry({
    blobs: diskBlobs("unused"),
    installation: "home",
    mlflow: {
      MLFLOW_TRACKING_URI: `http://127.0.0.1:${server.addr.port}`,
      MLFLOW_TRACKING_TOKEN: "t0k",
    },
  });
  assertEquals(await registry.models(), ["a", "b"]);
  assertEquals(seen, ["Bearer t0k", "tags.`airec.installation` = 'home'"]);
  await server.shutdown();
});

Deno.test("the folder is that of the installation", async () => {
  const folder = await Deno.makeTempDir({ prefix: "airec-open-" });
  const open = (installation: string) =>
    openRegistry({ blobs: diskBlobs(folder), installation, mlflow: {} });
  await open("home").publish({
    ...{ model: "m", trainingId: "t", description: "", parameters: {}, metrics: {}, tags: {} },
    ...{ files: { a: Uint8Array.of(1) }, startedAt: new Date() },
  });
  assertEquals([await open("home").models(), await open("elsewhere").models()], [["m"], []]);
  await Deno.remove(folder, { recursive: true });
});
