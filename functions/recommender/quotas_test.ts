import { assertEquals, assertStringIncludes } from "@std/assert";
import { waitingProject } from "../../dev/test_project.ts";
import { testRecommender } from "../../dev/test_recommender.ts";
import { QUOTAS } from "./quotas.ts";

Deno.test("an owner has so many projects, bytes, rows and waiting trainings, and others have theirs", async () => {
  for (
    const [quotas, path, words] of [
      [{ projects: 1 }, "/create-project", "1 projects, and you have 1"],
      [{ trainings: 1 }, "/create-project", "1 trainings that wait or run, and 1 of yours do"],
      [{ trainings: 1 }, "/project/1/retrain", "1 of yours do"],
      [{ bytes: 10 }, "/uploads", "10 bytes of files, and yours have"],
      [{ bytes: 10 }, "/project/1/interactions", "10 bytes of files"],
      [{ rows: 7 }, "/uploads", "7 rows in files, and yours have 7"],
    ] as const
  ) {
    await using service = await testRecommender({ quotas: { ...QUOTAS, ...quotas } });
    const { ann } = await waitingProject(service, "COLLABORATIVE");
    await service.sql`update recommender.uploaded_files set receipt = '{"rows": 7}'`;
    const { status, body } = await ann.post(path, { file_name: "a.csv", bytes: 10 });
    assertEquals([status, body.code], [429, "too_many_requests"]);
    assertStringIncludes(body.detail, words);
    const bob = await service.signUp("bob");
    assertEquals((await bob.post("/uploads", { file_name: "a.csv", bytes: 10 })).status, 201);
  }
});
