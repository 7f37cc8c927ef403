import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  FilterError,
  hiddenItems,
  MissingParameterError,
  popularItems,
  recommend,
  type RecommendationRequest,
  recommendBatch,
  similarItems,
  UnknownItemError,
} from "./answer.ts";
import { exampleModel } from "../../../testing/example_model.ts";
import type { Model, ModelType } from "./model.ts";

function ids(type: ModelType, request: Parameters<typeof recommend>[1]): string[] {
  return recommend(exampleModel(type), request).recommendations.map(({ item_id }) => item_id);
}

Deno.test("content is recommended by title, and marks items added by popularity", () => {
  const { recommendations } = recommend(exampleModel("CONTENT"), { item_title: "Heat", n: 3 });
  assertEquals(recommendations, [
    { item_id: "2", item_title: "Solaris", score: 1 },
    { item_id: "04", item_title: "Alien", score: 0.5 },
    { item_id: "3", item_title: "Solaris", score: 0, fallback: "popular" },
  ]);
});

Deno.test("collaborative recommends by the user and ignores the item", () => {
  assertEquals(ids("COLLABORATIVE", { user_id: "ann" }), ["04", "five", "3"]);
  assertEquals(ids("COLLABORATIVE", { user_id: "ann", item_title: "no such" }), [
    "04",
    "five",
    "3",
  ]);
});

Deno.test("ids may come as numbers", () => {
  assertEquals(ids("COLLABORATIVE", { user_id: 7, n: 1 }), ["five"]);
  assertEquals(ids("CONTENT", { item_id: 1, n: 1 }), ["2"]);
});

Deno.test("a hybrid combines content and history", () => {
  // ann's sums without 1, 2 and the requested 04: five .25, 3 nothing; the row of 04: 3 has .1.
  const { recommendations, fallback } = recommend(exampleModel("HYBRID"), {
    user_id: "ann",
    item_title: "Alien",
  });
  assertEquals(recommendations.map(({ item_id, score }) => [item_id, score]), [
    ["3", 0.5],
    ["five", 0.5],
  ]);
  assertEquals(fallback, undefined);
});

Deno.test("a title of several items means the most popular one; an id takes precedence", () => {
  assertEquals(ids("CONTENT", { item_title: "Solaris", n: 1 }), ["five"]);
  assertEquals(ids("CONTENT", { item_title: "Solaris", item_id: "2", n: 1 }), ["1"]);
});

Deno.test("a missing, null or empty required parameter is named", () => {
  const missing = (type: ModelType, request: Parameters<typeof recommend>[1]) =>
    assertThrows(() => recommend(exampleModel(type), request), MissingParameterError).parameters;
  assertEquals(missing("CONTENT", { user_id: "ann" }), ["item_title"]);
  assertEquals(missing("CONTENT", { item_title: "", item_id: null }), ["item_title"]);
  assertEquals(missing("COLLABORATIVE", { item_title: "Heat" }), ["user_id"]);
  assertEquals(missing("HYBRID", { user_id: "ann" }), ["item_title"]);
  assertEquals(missing("HYBRID", { item_title: "Heat", user_id: "" }), ["user_id"]);
  assertEquals(missing("HYBRID", { history: [] }), ["item_title", "user_id"]);
});

Deno.test("with `anyOf`, each type answers from any parameter it can use", () => {
  const any = (type: ModelType, request: Parameters<typeof recommend>[1]) =>
    recommend(exampleModel(type), { ...request, n: 2 }, { anyOf: true });
  const scores = (type: ModelType, request: Parameters<typeof recommend>[1]) =>
    any(type, request).recommendations.map(({ item_id, score }) => [item_id, score]);

  assertEquals(scores("HYBRID", { item_title: "Heat" }), [["2", 1], ["04", 0.5]]);
  assertEquals(scores("HYBRID", { user_id: "7" }), [["five", 0.5], ["1", 0]]);
  assertEquals(scores("COLLABORATIVE", { item_id: 1 }), [["2", 1], ["04", 0.5]]);
  // A known user needs no item, so an unknown item is ignored.
  assertEquals(any("COLLABORATIVE", { user_id: "7", item_title: "Nothing" }).fallback, undefined);
  for (const type of ["CONTENT", "COLLABORATIVE", "HYBRID"] as const) {
    assertThrows(() => any(type, {}), MissingParameterError);
  }
  assertThrows(() => any("CONTENT", { user_id: "ann" }), MissingParameterError);
});

Deno.test("a title is found regardless of case, spaces and Unicode form", () => {
  const model = exampleModel("CONTENT");
  for (const [title, same] of [["  HEAT ", "Heat"], ["AME\u0301LIE", "Amélie"]]) {
    assertEquals(recommend(model, { item_title: title }), recommend(model, { item_title: same }));
  }
  assertThrows(() => recommend(model, { item_title: "Amelie" }), UnknownItemError);
});

Deno.test("an unknown title is rejected with the nearest titles, each once", () => {
  const error = assertThrows(
    () => recommend(exampleModel("CONTENT"), { item_title: "solari" }),
    UnknownItemError,
  );
  assertEquals(error.nearest, ["Solaris"]);
  assertStringIncludes(error.message, '"solari"');
  assertThrows(() => recommend(exampleModel("CONTENT"), { item_id: "4" }), UnknownItemError);
});

Deno.test("an anonymous visitor is served as a new user, even with the id of a known one", () => {
  const model = exampleModel("COLLABORATIVE");
  const anonymous = recommend(model, { anonymous_id: "ann", explain: true }, { anyOf: true });
  assertEquals([anonymous.fallback, anonymous.recommendations.length], ["popular", 5]);
  assertEquals(
    anonymous.fallback_reason,
    "This visitor has no history. " +
      "These are the most popular items instead.",
  );
  const other = { anonymous_id: crypto.randomUUID(), explain: true };
  assertEquals(recommend(model, other, { anyOf: true }), anonymous);
  // A sent history or a known user takes precedence.
  const known = recommend(model, { user_id: "ann" });
  assertEquals(recommend(model, { user_id: "ann", anonymous_id: "7" }), known);
  const sent = recommend(model, { history: ["3"] });
  assertEquals(recommend(model, { history: ["3"], anonymous_id: "ann" }), sent);
  const joined = recommend(exampleModel("HYBRID"), { anonymous_id: "ann", item_title: "Heat" });
  assertEquals(joined.fallback, "item_only");
  for (const anonymous_id of ["", null]) {
    assertThrows(() => recommend(model, { anonymous_id }, { anyOf: true }), MissingParameterError);
  }
});

Deno.test("an unknown user gets popular items, or items similar to the requested one", () => {
  const alone = recommend(exampleModel("COLLABORATIVE"), { user_id: "dan", n: 2 });
  assertEquals(alone.fallback, "popular");
  // Without the id, which may be an erased user's.
  assertEquals(
    alone.fallback_reason,
    "The training data did not contain this user. These are the most popular items instead.",
  );
  assertEquals(alone.recommendations.map((r) => [r.item_id, r.score, r.fallback]), [
    ["3", 0, "popular"],
    ["five", 0, "popular"],
  ]);
  const joined = recommend(exampleModel("HYBRID"), { user_id: "dan", item_title: "Heat", n: 1 });
  assertEquals([joined.fallback, joined.recommendations[0].item_id], ["item_only", "2"]);
  assertEquals(recommend(exampleModel("COLLABORATIVE"), { user_id: "cy" }).fallback, "popular");
});

Deno.test("a sent history replaces the user's, with weights, and suffices without a user", () => {
  assertEquals(
    ids("COLLABORATIVE", { history: [1, "2"] }),
    ids("COLLABORATIVE", { user_id: "ann" }),
  );
  assertEquals(ids("HYBRID", { history: ["3"], n: 1 }), ["five"]);
  assertEquals(ids("CONTENT", { history: [1], n: 1 }), ["2"]);
  const weighted = recommend(exampleModel("COLLABORATIVE"), {
    history: [{ item_id: 1, weight: 3 }],
    n: 1,
  });
  assertEquals(weighted.recommendations[0].score, 3);
  assertEquals(ids("COLLABORATIVE", { history: ["no", 1], n: 1 }), ["2"]);
  assertEquals(recommend(exampleModel("COLLABORATIVE"), { history: ["no"] }).fallback, "popular");
});

Deno.test("a sent history without weights is weighted by its ratings", () => {
  const scores = (history: { item_id: string; rating?: number; weight?: number }[]) => {
    const model = exampleModel("COLLABORATIVE");
    model.manifest.liking = { rule: "own_mean", mean: 3.5 };
    const { recommendations } = recommend(model, { history, n: 5, include_seen: true });
    return Object.fromEntries(recommendations.map(({ item_id, score }) => [item_id, score]));
  };
  const liked = scores([{ item_id: "1" }]);
  assertEquals(scores([{ item_id: "1", rating: 5 }]), liked);
  assertEquals(scores([{ item_id: "1", rating: 4 }, { item_id: "3", rating: 1 }]), liked);
  assertEquals(Object.values(scores([{ item_id: "1", rating: 2 }])), [0, 0, 0, 0, 0]);
  assertEquals(scores([{ item_id: "1", rating: 2, weight: 1 }]), liked);
  // A rejection lowers related items, and the rejected item is not recommended.
  assertEquals(scores([{ item_id: "1", rating: -1 }]), { "3": 0, "five": 0, "2": -1, "04": -0.5 });
});

Deno.test("from version 3 on, a sent history is read like the rows of a training", () => {
  const model = exampleModel("COLLABORATIVE");
  model.manifest.reading = {
    liking: { rule: "all" },
    signal: "liked",
    fade: 0.5,
    event_weights: { hide: -1, impression: 0 },
  };
  const scores = (history: RecommendationRequest["history"]) => {
    const { recommendations } = recommend(model, { history, n: 5, include_seen: true });
    return Object.fromEntries(recommendations.map(({ item_id, score }) => [item_id, score]));
  };
  assertEquals(scores(["1", "2"]), { "2": 0.5, "1": 1, "five": 0.25, "04": 0.25, "3": 0 });
  assertEquals(scores(["1", "2"]), scores(["2", "no such", "1", "2"]), "the last place counts");
  assertEquals(
    scores(["1", "2"]),
    scores([{ item_id: 2, timestamp: 9 }, { item_id: 1, timestamp: "1970-01-01" }]),
  );
  assertEquals(scores([{ item_id: "1", event_type: "Impression" }])["2"], 0);
  const hidden = scores([{ item_id: "1", event_type: "view" }, {
    item_id: "1",
    event_type: "hide",
  }]);
  assertEquals(hidden, { "3": 0, "five": 0, "2": -1, "04": -0.5 });
  const weighed = [{ item_id: "1", weight: 2 }, { item_id: "1", weight: 1 }];
  assertEquals(scores(weighed)["2"], 3, "as often as it is sent");
});

Deno.test("if the training's ratings carried no information, sent ratings are compared with their own mean", () => {
  const history = [{ item_id: "1", rating: 9 }, { item_id: "3", rating: 2 }];
  for (const type of ["CONTENT", "COLLABORATIVE"] as const) {
    assertEquals(ids(type, { history, n: 1 }), ids(type, { history: ["1"], n: 1 }));
  }
});

Deno.test("excluded items are omitted, seen items are included on request, the requested item never", () => {
  assertEquals(ids("COLLABORATIVE", { user_id: "ann", exclude: ["04", 99] }), ["five", "3"]);
  assertEquals(ids("COLLABORATIVE", { user_id: "ann", include_seen: true }).length, 5);
  assertEquals(
    ids("HYBRID", { user_id: "ann", item_title: "Heat", include_seen: true }).includes("1"),
    false,
  );
});

/** The five films with one year each. */
const dated = (type: ModelType): Model => ({
  ...exampleModel(type),
  columns: [{
    name: "year",
    kind: "number",
    values: Float32Array.of(1995, 1972, 2002, 1979, 2001),
  }],
});

Deno.test("a filter omits items without changing scores or order", () => {
  const all = recommend(dated("COLLABORATIVE"), { user_id: "ann" }).recommendations;
  assertEquals(all.map(({ item_id }) => item_id), ["04", "five", "3"]);
  const late = recommend(dated("COLLABORATIVE"), {
    user_id: "ann",
    filter: { year: { gt: 2000 } },
  });
  assertEquals(late.recommendations, all.slice(1));
  const none = recommend(dated("COLLABORATIVE"), { user_id: "ann", filter: { year: 1900 } });
  assertEquals(none.recommendations, [], "fewer come when no more items are allowed");
  assertThrows(
    () => recommend(dated("COLLABORATIVE"), { user_id: "ann", filter: { genre: "Drama" } }),
    FilterError,
    '"year"',
  );
});

Deno.test("hidden items are in no list, and unknown ids have no effect", () => {
  const model = dated("HYBRID");
  const hidden = hiddenItems(model, ["04", 3, "no such"]);
  assertEquals([...hidden], [0, 0, 1, 1, 0]);
  const idsOf = (list: { item_id: string }[]) => list.map(({ item_id }) => item_id);
  const request = { user_id: "ann", item_title: "Heat" };
  assertEquals(idsOf(recommend(model, request).recommendations), ["04", "five", "3"]);
  assertEquals(idsOf(recommend(model, request, { hidden }).recommendations), ["five"]);
  assertEquals(
    idsOf(
      recommend(model, { ...request, filter: { year: { lt: 2000 } } }, { hidden })
        .recommendations,
    ),
    [],
  );
  assertEquals(idsOf(similarItems(model, { item_id: 1 }, { hidden }).recommendations), [
    "2",
    "five",
  ]);
  assertEquals(idsOf(popularItems(model, {}, { hidden })), ["five", "1", "2"]);
  const [ann] = recommendBatch(model, { users: ["ann"] }, { hidden });
  assertEquals(idsOf(ann.recommendations), ["five"]);
});

Deno.test("diversity 0 is the plain answer; with it the list is another order of the same pool", () => {
  const request = { history: ["2"], include_seen: true };
  const plain = recommend(dated("COLLABORATIVE"), request);
  assertEquals(recommend(dated("COLLABORATIVE"), { ...request, diversity: 0 }), plain);
  const diverse = recommend(dated("COLLABORATIVE"), { ...request, diversity: 0.9 });
  assertEquals(diverse.recommendations[0], plain.recommendations[0], "the best stays the first");
  const sorted = (answer: typeof plain) =>
    answer.recommendations.map(({ item_id }) => item_id).sort();
  assertEquals(sorted(diverse), sorted(plain));
});

Deno.test("similar items need only an item, in every type of model", () => {
  for (const type of ["CONTENT", "COLLABORATIVE", "HYBRID"] as const) {
    const { recommendations } = similarItems(dated(type), { item_title: "Heat", n: 2 });
    assertEquals(recommendations.map(({ item_id, score }) => [item_id, score]), [
      ["2", 1],
      ["04", 0.5],
    ]);
  }
  const rows = { ...exampleModel("CONTENT").weights, values: new Float32Array(9).fill(0.5) };
  const own = similarItems({ ...dated("HYBRID"), similar: rows }, { item_id: 1, n: 1 });
  assertEquals(own.recommendations[0].score, 0.5, "the neighbours shown for the item itself");
  const [explained] = similarItems(dated("CONTENT"), { item_id: 1, n: 1, explain: true })
    .recommendations;
  assertEquals(explained.reason, "is described like Heat");
  assertThrows(() => similarItems(dated("CONTENT"), { item_id: "" }), MissingParameterError);
  assertThrows(() => similarItems(dated("CONTENT"), { item_title: "Heta" }), UnknownItemError);
});

Deno.test("popular items are ordered by interactions, within a filter", () => {
  assertEquals(popularItems(dated("CONTENT"), { n: 2 }), [
    { item_id: "3", item_title: "Solaris", interactions: 5 },
    { item_id: "five", item_title: "Amélie", interactions: 4 },
  ]);
  const old = popularItems(dated("CONTENT"), { filter: { year: { lt: 2000 } }, exclude: ["2"] });
  assertEquals(old.map(({ item_id }) => item_id), ["1", "04"]);
});

Deno.test("a batch returns the same list for each user as a single request, in order, unknown users included", () => {
  const users = ["cy", "ann", 7, "nobody"];
  const batch = recommendBatch(dated("COLLABORATIVE"), { users, n: 2, explain: true });
  assertEquals(batch.map(({ user_id }) => user_id), ["cy", "ann", "7", "nobody"]);
  for (const [i, user_id] of users.entries()) {
    const { user_id: _, ...answer } = batch[i];
    const alone = recommend(dated("COLLABORATIVE"), { user_id, n: 2, explain: true });
    assertEquals(answer, alone);
  }
  assertEquals(batch.map(({ fallback }) => fallback), ["popular", undefined, undefined, "popular"]);
  const [seen] = recommendBatch(dated("HYBRID"), { users: ["ann"], include_seen: true });
  assertEquals(seen.recommendations.length, 5, "HYBRID needs no item here");
  assertThrows(() => recommendBatch(dated("CONTENT"), { users: ["ann"] }), MissingParameterError);
});
