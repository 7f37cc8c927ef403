import { assert, assertEquals, assertRejects } from "@std/assert";
import { MlflowRefusal } from "../../functions/recommender/registry/mlflow_rest.ts";
import { RegistryUnavailableError } from "../../functions/recommender/registry/registry.ts";
import { whileMissing } from "./while_missing.ts";

Deno.test("work is retried until its dependency is back, and the end of the wait is reported", async () => {
  const told: (string | null)[] = [];
  let tries = 0;
  const made = await whileMissing(() => {
    if (++tries < 4) throw new RegistryUnavailableError("away");
    return Promise.resolve("made");
  }, { onMissing: (missing) => told.push(missing && missing.dependency), everyMs: 5 });
  assertEquals([made, tries], ["made", 4]);
  assertEquals(told, ["REGISTRY", "REGISTRY", "REGISTRY", null]);
});

Deno.test("retries end after the time limit, and other errors are not retried", async () => {
  const options = { onMissing: () => {}, everyMs: 5, patienceMs: 30 };
  const failing = (error: Error) =>
    assertRejects(() => whileMissing(() => Promise.reject(error), options));
  const start = Date.now();
  await failing(new TypeError("a fault"));
  await failing(new MlflowRefusal(400, "refused"));
  await failing(new RegistryUnavailableError("away"));
  assert(Date.now() - start >= 30);

  const stop = new AbortController();
  const waiting = assertRejects(() =>
    whileMissing(() => Promise.reject(new RegistryUnavailableError("away")), {
      ...{ onMissing: () => stop.abort(), stop: stop.signal, everyMs: 600_000 },
    })
  );
  await waiting;
});
