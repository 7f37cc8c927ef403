import { assertEquals, assertMatch } from "@std/assert";
import { BlobsAwayError, BlobsFullError } from "../../functions/recommender/blobs/blobs.ts";
import { MlflowRefusal } from "../../functions/recommender/registry/mlflow_rest.ts";
import { RegistryUnavailableError } from "../../functions/recommender/registry/registry.ts";
import { missingOf, pauseSentence } from "./missing.ts";

Deno.test("unavailable, broken and refusing dependencies are distinguished", () => {
  const cases: [Error, string | null, boolean?][] = [
    [new RegistryUnavailableError("MLflow at http://10.0.0.7:5000 cannot be reached."), "REGISTRY"],
    [new MlflowRefusal(413, "MLflow at http://10.0.0.7:5000 answered 413"), "REGISTRY", true],
    [new BlobsFullError("There is no room left to store uploads/a."), "BLOBS"],
    [new BlobsAwayError("The store of files cannot be reached."), "BLOBS"],
    [Object.assign(new Error("No space left on device"), { code: "ENOSPC" }), "MACHINE"],
    [new Error("Disk quota exceeded (os error 122)"), "MACHINE"],
    [new TypeError("undefined is not a function"), null],
    [new Error("Cannot allocate memory (os error 12)"), null],
    [new RangeError("Array buffer allocation failed"), null],
  ];
  for (const [error, dependency, refused = false] of cases) {
    const missing = missingOf(error);
    assertEquals(missing?.dependency ?? null, dependency, error.message);
    if (!missing) continue;
    assertEquals(missing.refused, refused);
    // The operator reads the address, owners do not.
    assertEquals(missing.detail, error.message);
    assertMatch(pauseSentence(missing), /^Paused: the|^Paused: there/);
    assertEquals(pauseSentence(missing).includes("10.0.0.7"), false);
  }
});
