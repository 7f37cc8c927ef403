import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { trainerConfig } from "./config.ts";

const NEEDED = { DATABASE_URL: "postgres://a:b@localhost/c", BLOBS_FOLDER: "/blobs" };

Deno.test("an empty setting counts as unset", () => {
  const empty = { MLFLOW_TRACKING_URI: "", MLFLOW_TRACKING_TOKEN: "", BLOBS_S3_ENDPOINT: "" };
  assertEquals(trainerConfig({ ...NEEDED, ...empty }), NEEDED);
});

Deno.test("each setting at fault is named", () => {
  const environment = { ...NEEDED, BLOBS_FOLDER: "", MLFLOW_TRACKING_URI: "mlflow" };
  const { message } = assertThrows(() => trainerConfig(environment), Error);
  assertStringIncludes(message, "BLOBS_FOLDER");
  assertStringIncludes(message, "MLFLOW_TRACKING_URI");
});
