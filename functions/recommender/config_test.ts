import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { recommenderConfig } from "./config.ts";

const LEAST = {
  DATABASE_URL: "postgres://localhost/airec",
  JWT_SECRET: "a secret of more than thirty-two bytes",
  SERVICE_SECRET: "another secret of more than thirty-two bytes",
  BLOBS_FOLDER: "/var/lib/airec",
};

Deno.test("a minimal environment has the documented defaults", () => {
  const config = recommenderConfig({ ...LEAST, MLFLOW_TRACKING_URI: "" });
  assertEquals(config.RECOMMENDER_PORT, 8000);
  assertEquals(config.UPLOAD_LIMIT_BYTES, 2_147_483_648);
  assertEquals(config.MLFLOW_TRACKING_URI, undefined);
});

Deno.test("errors name the invalid setting, not its value", () => {
  const { message } = assertThrows(
    () => recommenderConfig({ DATABASE_URL: "mysql://hunter2@x", JWT_SECRET: "tiny" }),
    Error,
  );
  for (const name of ["DATABASE_URL", "JWT_SECRET", "SERVICE_SECRET is missing", "BLOBS_FOLDER"]) {
    assertStringIncludes(message, name);
  }
  assertEquals(/hunter2|tiny/.test(message), false);
});
