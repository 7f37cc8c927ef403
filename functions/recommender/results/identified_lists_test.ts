/** The `recommendation_id` of every answer that recommends, and the lists that are counted. */
import { assertEquals } from "@std/assert";
import { SECRET, testRecommender } from "../../../testing/recommender.ts";
import { servingProject } from "../../../testing/project.ts";
import {
  idKeys,
  positionIn,
  readRecommendationId,
  type SignedList,
  type Visitor,
} from "./recommendation_id.ts";

Deno.test("each list has an id of its own, for its visitor, placement and version", async () => {
  await using service = await testRecommender();
  const { ann, id, path } = await servingProject(service, "HYBRID");
  const read = (recommendation_id: string, visitor: Visitor) => {
    const rules = { project: id, visitors: [visitor], now: Date.now() };
    const list = readRecommendationId(idKeys([SECRET]), recommendation_id, rules);
    return list as SignedList;
  };
  const ask = (body: object) => ann.post(`${path}/recommendations`, body);
  const { body, headers } = await ask({ user_id: "ann", item_id: 1, placement: "home", n: 2 });
  const list = read(body.recommendation_id, { user: "ann" });
  assertEquals([list.project, list.version, list.variant, list.placement], [id, 1, 0, "home"]);
  const positions = body.recommendations.map(({ item_id }: { item_id: string }) =>
    positionIn(list, item_id)
  );
  assertEquals(positions, [0, 1]);
  assertEquals(JSON.parse(headers.get("x-airec-lists")!), {
    ...{ version: 1, variant: 0, lists: 1, fallbacks: 0 },
  });

  const anonymous = crypto.randomUUID();
  const visit = await ask({ anonymous_id: anonymous, history: ["five"] });
  assertEquals(read(visit.body.recommendation_id, { anonymous }).placement, "");
  assertEquals(read(visit.body.recommendation_id, { user: anonymous }), "other_visitor" as never);

  const batch = await ann.post(`${path}/recommendations/batch`, { users: ["ann", "x"] });
  const [known, unknown] = batch.body.results;
  assertEquals(read(known.recommendation_id, { user: "ann" }).version, 1);
  assertEquals(read(unknown.recommendation_id, { user: "x" }).version, 1);
  assertEquals(JSON.parse(batch.headers.get("x-airec-lists")!), {
    ...{ version: 1, variant: 0, lists: 2, fallbacks: 1 },
  });

  const similar = await ann.get(`${path}/similar?item_id=1&placement=item_page`);
  assertEquals(read(similar.body.recommendation_id, { user: "x" }).placement, "item_page");
  const plain = await ann.get(`${path}/similar?item_id=1`);
  assertEquals([plain.body.recommendation_id, plain.headers.get("x-airec-lists")], [
    undefined,
    null,
  ]);
});

Deno.test("a placement is a short name", async () => {
  await using service = await testRecommender();
  const { ann, path } = await servingProject(service, "COLLABORATIVE");
  const status = async (placement: unknown) => {
    const { status, body } = await ann.post(`${path}/recommendations`, {
      user_id: "ann",
      placement,
    });
    return status === 422 ? body.errors[0].pointer : status;
  };
  for (const name of ["home", "", null]) assertEquals(await status(name), 200);
  for (const name of ["a-b_9", "x".repeat(64)]) assertEquals(await status(name), 404);
  for (const name of ["Home", "x".repeat(65), "a b", "é", 7, ["home"], "home\n"]) {
    assertEquals(await status(name), "/placement");
  }
});
