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
