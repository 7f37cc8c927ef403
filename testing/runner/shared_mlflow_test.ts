import { assertEquals, assertMatch } from "@std/assert";
import { ignoreWithout } from "./optional_parts.ts";
import { ownModel, sharedMlflow } from "./shared_mlflow.ts";

Deno.test({
  name: "all test files of a run get one MLflow server, and names of their own",
  ignore: ignoreWithout("mlflow"),
  async fn() {
    const [url, ...others] = await Promise.all([sharedMlflow(), sharedMlflow(), sharedMlflow()]);
    assertEquals(new Set(others), new Set([url]));
    const health = await fetch(`${url}/health`);
    assertEquals([health.status, await health.text()], [200, "OK"]);
    assertMatch(ownModel(), /^project-\d+-recommender$/);
    assertEquals(new Set(Array.from({ length: 9 }, ownModel)).size, 9);
  },
});
