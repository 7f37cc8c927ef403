import { assertEquals } from "@std/assert";
import { servingProject, waitingProject } from "../../../testing/project.ts";
import { testRecommender } from "../../../testing/recommender.ts";
import { exampleModel } from "../../../testing/example_model.ts";

Deno.test("items and users are found by substring, in pages", async () => {
  await using service = await testRecommender();
  const { ann, id } = await servingProject(service, "HYBRID");
  const { body } = await ann.get(`/project/${id}/items?q=SOL`);
  assertEquals(body, {
    items: [{ item_id: "3", item_title: "Solaris" }, { item_id: "2", item_title: "Solaris" }],
  });
  const first = await ann.get(`/project/${id}/items?limit=3`);
  const next = first.headers.get("link")!.match(/<(.*)>; rel="next"/)![1];
  const second = await ann.get(next);
  const ids = [...first.body.items, ...second.body.items].map(({ item_id }) => item_id);
  assertEquals(ids, ["3", "five", "1", "2", "04"]);
  assertEquals((await ann.get(`/project/${id}/users`)).body, {
    users: [{ user_id: "ann" }, { user_id: "7" }, { user_id: "cy" }],
  });
  assertEquals((await ann.get(`/project/${id}/users?q=AN`)).body.users, [{ user_id: "ann" }]);
});

Deno.test("a user's history is listed newest first in pages; unknown and erased users have none", async () => {
  await using service = await testRecommender();
  const { ann, path } = await servingProject(service, "COLLABORATIVE");
  const history = async (user: string, query = "") =>
    await ann.get(`${path}/users/${user}/history${query}`);
  const heat = { item_id: "1", item_title: "Heat", weight: 1 };
  const solaris = { item_id: "2", item_title: "Solaris", weight: 1 };
  assertEquals((await history("ann")).body, {
    user_id: "ann",
    known: true,
    items: [solaris, heat],
  });
  const first = await ann.request(`${path}/users/ann/history?limit=1`);
  assertEquals((await first.json()).items, [solaris]);
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get("link") ?? "")![1];
  assertEquals((await ann.get(next)).body.items, [heat]);
  assertEquals((await history("nobody")).body, { user_id: "nobody", known: false, items: [] });

  await ann.send("DELETE", `${path}/users/ann`);
  assertEquals((await history("ann")).body.known, false);
  const bob = await service.signUp("bob");
  assertEquals((await bob.get(`${path}/users/7/history`)).status, 404);
});

Deno.test("filterable columns are listed with their values, overall and of one item", async () => {
  await using service = await testRecommender();
  const { ann, id, path } = await waitingProject(service, "CONTENT");
  assertEquals((await ann.get(`${path}/columns`)).status, 409);
  const values = Float32Array.of(1995, 1972, 2002, 1979, 2001);
  const model = {
    ...exampleModel("CONTENT"),
    columns: [{ name: "year", kind: "number" as const, values }],
  };
  await service.publish(id, model, { report: { format: "airec-report" } });
  assertEquals((await ann.get(`${path}/columns`)).body, {
    columns: [{ name: "year", kind: "number", min: 1972, max: 2002 }],
  });
  const one = await ann.get(`${path}/items?item_id=2&columns=true`);
  assertEquals(one.body.items, [{ item_id: "2", item_title: "Solaris", columns: { year: 1972 } }]);
  assertEquals((await ann.get(`${path}/items?item_id=none`)).body.items, []);
  assertEquals((await ann.get(`${path}/items?columns=all`)).status, 422);
});

Deno.test("the mappings are returned with the columns of their files", async () => {
  await using service = await testRecommender();
  const { ann, path } = await waitingProject(service, "COLLABORATIVE");
  assertEquals((await ann.get(`${path}/mappings`)).body, {
    content: null,
    interactions: {
      file_name: "ratings.csv",
      columns: ["userId", "movieId", "rating", "timestamp"],
      mapping: { user_id: "userId", item_id: "movieId", rating: "rating" },
    },
  });
  const bob = await service.signUp("bob");
  assertEquals((await bob.get(`${path}/mappings`)).status, 404);
});
