import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describedModel } from "../../../../testing/models/described_model.ts";
import { branded, rehearsalOf } from "../../../../testing/models/rehearsal.ts";
import { waitingProject } from "../../../../testing/project.ts";
import { type TestRecommender, testRecommender } from "../../../../testing/recommender.ts";

/** Returns a client whose project serves the described model. */
async function described(service: TestRecommender) {
  const project = await waitingProject(service, "COLLABORATIVE");
  await service.publish(project.id, describedModel("COLLABORATIVE"), {
    report: { format: "airec-report" },
  });
  const { ann, path } = project;
  return {
    ...project,
    save: (name: string, rules: unknown) => ann.send("PUT", `${path}/placements/${name}`, rules),
    ask: (body: unknown) => ann.post(`${path}/recommendations`, body),
  };
}

// deno-lint-ignore no-explicit-any
const idsOf = ({ body }: { body: any }): string[] =>
  body.recommendations.map(({ item_id }: { item_id: string }) => item_id);

Deno.test("a project starts with home, item and cart, and saved placements count at once", async () => {
  await using service = await testRecommender();
  const { ann, path, save, ask } = await described(service);
  const names = async () =>
    (await ann.get(`${path}/placements`)).body.placements
      .map(({ name, version }: { name: string; version: number }) => [name, version]);
  assertEquals(await names(), [["cart", 0], ["home", 0], ["item", 0]]);
  const home = await ask({ placement: "home", history: ["1"], n: 2 });
  assertEquals([home.status, idsOf(home)], [200, ["2", "04"]]);
  assertEquals([home.body.placement, home.body.logic], [{ name: "home", version: 0 }, "for_you"]);
  assertEquals(idsOf(await ask({ placement: "item", item_id: "1", n: 1 })), ["2"]);
  assertEquals(idsOf(await ask({ placement: "cart", items: ["1", "2"], n: 1 })), ["04"]);

  const rules = {
    logic: "for_you",
    filter: { brand: "Bolt" },
    boost: [{
      ...{ when: { price: { lt: 35 } }, times: 2 },
    }],
  };
  const saved = await save("home", rules);
  assertEquals([saved.status, saved.body], [200, { name: "home", version: 1, rules }]);
  const ruled = await ask({ placement: "home", history: ["1"] });
  assertEquals([idsOf(ruled), ruled.body.placement.version], [["04", "3"], 1]);
  assertEquals((await save("home", { logic: "popular" })).body.version, 2);
  assertEquals((await ann.send("DELETE", `${path}/placements/home`)).status, 204);
  assertEquals((await ask({ placement: "home" })).status, 404);
  assertEquals((await save("home", { logic: "popular" })).body.version, 4);
  assertEquals(await names(), [["cart", 0], ["home", 4], ["item", 0]]);
});

Deno.test("a preview returns what rules cost, of a saved placement or of rules", async () => {
  await using service = await testRecommender();
  const project = await waitingProject(service, "COLLABORATIVE");
  const { ann, path } = project;
  const rehearsal = rehearsalOf(["u-1", "u-2", "u-3", "u-4"]);
  await service.publish(project.id, { ...branded(), rehearsal }, {
    report: { format: "airec-report" },
  });
  const preview = (body: unknown) => ann.post(`${path}/placements/preview`, body);
  const rules = { logic: "for_you", boost: [{ when: { brand: "Own" }, times: 100 }] };
  const { status, body } = await preview({ rules });
  assertEquals(
    [status, body.priced, body.sentence],
    [200, true, "Costs 64.4 % of NDCG@10 (64.4 to 64.4), raises brand Own from 0 % to 50 %."],
  );
  assertEquals([body.users, body.examples.length, body.before.ndcg], [4, 3, 1]);
  const home = (await preview({ name: "home" })).body;
  assertEquals([home.sentence, home.ndcg_change.change], ["Costs 0 % of NDCG@10.", 0]);
  const trending = (await preview({ rules: { logic: "trending" } })).body;
  assertEquals([trending.priced, trending.examples], [false, undefined]);
  assertStringIncludes(trending.sentence, "Cannot be priced: what is trending");

  assertEquals((await preview({ name: "hoem" })).body.nearest, ["home"]);
  for (
    const [wrong, pointer] of [
      [{}, "/rules"],
      [{ name: "home", rules }, "/rules"],
      [{ rules: { logic: "for_you", filter: { brnd: "Own" } } }, "/rules/filter/brnd"],
      [{ name: "home", n: 5 }, "/n"],
    ] as const
  ) {
    const refused = await preview(wrong);
    assertEquals([refused.status, refused.body.errors[0].pointer], [422, pointer]);
  }
  assertEquals((await ann.send("DELETE", `${path}/users/u-1`)).status, 202);
  const left = (await preview({ rules })).body;
  assertEquals(left.users, 3);
  assertEquals(JSON.stringify(left).includes("u-1"), false);
});

Deno.test("a version without lists of test users cannot be priced", async () => {
  await using service = await testRecommender();
  const { ann, path } = await described(service);
  const { status, body } = await ann.post(`${path}/placements/preview`, { name: "home" });
  assertEquals([status, body.priced], [200, false]);
  assertStringIncludes(body.sentence, "this version keeps no lists of test users");
});

Deno.test("an unknown placement is refused with the nearest", async () => {
  await using service = await testRecommender();
  const { ann, path, ask } = await described(service);
  const unknown = await ask({ placement: "hoem" });
  assertEquals([unknown.status, unknown.body.code], [404, "not_found"]);
  assertEquals(unknown.body.detail, 'The project has no placement "hoem"; did you mean "home"?');
  assertEquals(unknown.body.nearest, ["home"]);
  assertEquals((await ann.get(`${path}/placements/unlike`)).body.nearest, ["cart", "home", "item"]);
  const without = await ask({ items: ["1"], history: ["1"] });
  assertEquals([without.status, without.body.errors[0].pointer], [422, "/items"]);
});

Deno.test("faults of a placement are refused as a whole, each with its place", async () => {
  await using service = await testRecommender();
  const { save } = await described(service);
  const refused = async (rules: object, faults: [pointer: string, detail: string][]) => {
    const { status, body } = await save("home", { logic: "for_you", ...rules });
    assertEquals(status, 422, JSON.stringify(body));
    const errors: { pointer: string; detail: string }[] = body.errors;
    assertEquals(errors.map(({ pointer }) => pointer), faults.map(([pointer]) => pointer));
    errors.forEach(({ detail }, i) => assertStringIncludes(detail, faults[i][1]));
  };
  await refused({ filter: { brnd: "Acme" }, at_most: [{ column: "genres", most: 1, first: 3 }] }, [
    ["/at_most/0/column", 'no column "genres"; did you mean "genre"?'],
    ["/filter/brnd", 'no column "brnd"; did you mean "brand"?'],
  ]);
  await refused({ filter: { brand: { gte: 3 } } }, [["/filter/brand/gte", "column of texts"]]);
  await refused({ filter: { price: { gte: 30, lt: 20 } } }, [
    ["/filter/price/gte", "contradicts /filter/price/lt"],
  ]);
  await refused({
    boost: [{ when: { brand: "Acme" }, times: 2 }, {
      ...{ when: { brand: "Acme" }, times: 0.5 },
    }],
  }, [["/boost/1/when", "the same as that of /boost/0"]]);
  await refused({ boost: [{ when: {}, times: 2 }], lists: 2 }, [
    ["/boost/0/when", "must name a column"],
    ["/lists", "only with the logic because_you"],
  ]);
  await refused({
    filter: { brand: "Bolt" },
    pins: [{ position: 1, item_id: "gone" }, { position: 2, item_id: "1" }],
  }, [
    ["/pins/0/item_id", "not in the catalogue"],
    ["/pins/1/item_id", "does not pass the filter"],
  ]);
  const from = "2030-01-01T00:00:00Z";
  await refused({
    pins: [
      { position: 1, item_id: "1", from, to: from },
      { position: 5, item_id: "2", filter: { brand: "Acme" } },
      { position: 5, item_id: "3" },
    ],
  }, [
    ["/pins/0/to", "after from"],
    ["/pins/1", "either item_id or filter"],
    ["/pins/2", "at the position of /pins/1"],
  ]);
  await refused({ at_most: [{ column: "brand", most: 3, first: 3 }], fallback: "popular" }, [
    ["/at_most/0/most", "below first"],
  ]);
  assertEquals((await save("home", { logic: "guess" })).status, 422);
  const proto = JSON.parse('{"logic": "popular", "filter": {"brand": "Acme", "__proto__": 1}}');
  assertEquals((await save("home", proto)).body.errors[0].pointer, "/filter/__proto__");
  assertEquals((await save("A B", { logic: "popular" })).status, 422);
});

Deno.test("before the first training a placement is saved, and explains an empty list later", async () => {
  await using service = await testRecommender();
  const { ann, path, id } = await waitingProject(service, "COLLABORATIVE");
  const rules = { logic: "popular", filter: { colour: "red" } };
  assertEquals((await ann.send("PUT", `${path}/placements/home`, rules)).status, 200);
  await service.publish(id, describedModel("COLLABORATIVE"));
  const { status, body } = await ann.post(`${path}/recommendations`, { placement: "home" });
  assertEquals([status, body.recommendations], [200, []]);
  assertStringIncludes(body.empty_reason, "filter");
});

Deno.test("the next pages come by cursor, of one version of the model", async () => {
  await using service = await testRecommender();
  const { ask, id } = await described(service);
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await ask({ placement: "home", history: ["1"], n: 2, cursor });
    assertEquals(page.status, 200);
    pages.push(idsOf(page));
    cursor = page.body.cursor;
  } while (cursor);
  assertEquals(pages, [["2", "04"], ["3", "five"], []]);

  const { body } = await ask({ placement: "home", history: ["1"], n: 2 });
  // What the visitor does in between repeats no item.
  const next = await ask({ placement: "home", history: ["3"], n: 2, cursor: body.cursor });
  assertEquals(idsOf(next), ["five", "1"]);
  for (const cursor of ["x", "!", `${body.cursor}_w`]) {
    assertEquals((await ask({ placement: "home", cursor })).status, 422, cursor);
  }
  await service.publish(id, describedModel("COLLABORATIVE"));
  let status = 200;
  for (let tries = 0; status === 200 && tries < 500; tries++) {
    ({ status } = await ask({ placement: "home", n: 2, cursor: body.cursor }));
  }
  assertEquals(status, 410);
});

Deno.test("why an item is not in a visitor's list", async () => {
  await using service = await testRecommender();
  const { ann, path, save } = await described(service);
  await save("home", { logic: "for_you", filter: { brand: "Bolt" } });
  const whyNot = async (query: string) => {
    const { status, body } = await ann.get(`${path}/placements/home/why-not?${query}`);
    return [status, body.reason ?? body.code ?? body.position, body.sentence ?? body.detail];
  };
  assertEquals(await whyNot("missing=five&user_id=ann"), [
    ...[200, "filter", "It does not pass the filter of the placement."],
  ]);
  assertEquals(await whyNot("missing=1&user_id=ann"), [
    ...[200, "seen", "This visitor has had it, or the request names it: see the rule seen."],
  ]);
  assertEquals(await whyNot("missing=04&user_id=ann"), [
    ...[200, 1, "It is number 1 of the list."],
  ]);
  assertEquals(await whyNot("missing=3&user_id=ann&limit=1"), [
    ...[200, "below_n", "Without rules it is number 3, and the list has 1 items."],
  ]);
  await ann.send("PUT", `${path}/items/hidden`, { item_ids: ["3"] });
  assertEquals((await whyNot("missing=3&user_id=ann"))[1], "hidden");
  assertEquals((await whyNot("missing=gone&user_id=ann")).slice(0, 2), [404, "not_found"]);
  assertEquals((await whyNot("user_id=ann")).slice(0, 2), [422, "invalid_input"]);
});

Deno.test("events of a visitor count by type in lists, and impressions rotate them", async () => {
  await using service = await testRecommender();
  const { ann, path, save, ask } = await described(service);
  const user_id = "eve";
  const events = (events: object[]) => ann.post(`${path}/events`, { user_id, events });
  await events([{ type: "view", item_id: "1" }, { type: "purchase", item_id: "2" }]);
  await save("seen", { logic: "recently_viewed" });
  await save("again", { logic: "buy_again" });
  await save("home", { logic: "for_you", seen: { exclude: ["purchase"] } });
  assertEquals(idsOf(await ask({ placement: "seen", user_id })), ["2", "1"]);
  assertEquals(idsOf(await ask({ placement: "again", user_id })), ["2"]);
  const home = idsOf(await ask({ placement: "home", user_id }));
  assert(home.includes("1") && !home.includes("2"), home.join());

  await save("rotated", { logic: "for_you", rotation: { hours: 1, times: 0.01 } });
  const [first, second] = idsOf(await ask({ placement: "rotated", user_id }));
  await events([{ type: "impression", item_id: first }]);
  assertEquals(idsOf(await ask({ placement: "rotated", user_id }))[0], second);

  // An erased user's rows are not read.
  await ann.send("DELETE", `${path}/users/${user_id}`);
  const erased = await ask({ placement: "seen", user_id });
  assertEquals([idsOf(erased), erased.status], [[], 200]);
});
