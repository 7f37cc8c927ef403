import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { MissingParameterError, recommend, UnknownItemError } from "./answer.ts";
import { exampleModel } from "./example_model.ts";
import type { ModelType } from "./model.ts";

function ids(type: ModelType, request: Parameters<typeof recommend>[1]): string[] {
  return recommend(exampleModel(type), request).recommendations.map(({ item_id }) => item_id);
}

Deno.test("content goes by the title and says what is only popular", () => {
  const { recommendations } = recommend(exampleModel("CONTENT"), { item_title: "Heat", n: 3 });
  assertEquals(recommendations, [
    { item_id: "2", item_title: "Solaris", score: 1 },
    { item_id: "04", item_title: "Alien", score: 0.5 },
    { item_id: "3", item_title: "Solaris", score: 0, fallback: "popular" },
  ]);
});

Deno.test("collaborative goes by the user, whatever item is named", () => {
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

Deno.test("hybrid joins both", () => {
  // ann's sums without 1, 2 and the asked 04: five .25, 3 nothing; the row of 04: 3 has .1.
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

Deno.test("a title borne by several is the most popular one's; the id decides over it", () => {
  assertEquals(ids("CONTENT", { item_title: "Solaris", n: 1 }), ["five"]);
  assertEquals(ids("CONTENT", { item_title: "Solaris", item_id: "2", n: 1 }), ["1"]);
});

Deno.test("what a type needs is named when it is missing, null or empty", () => {
  const missing = (type: ModelType, request: Parameters<typeof recommend>[1]) =>
    assertThrows(() => recommend(exampleModel(type), request), MissingParameterError).parameters;
  assertEquals(missing("CONTENT", { user_id: "ann" }), ["item_title"]);
  assertEquals(missing("CONTENT", { item_title: "", item_id: null }), ["item_title"]);
  assertEquals(missing("COLLABORATIVE", { item_title: "Heat" }), ["user_id"]);
  assertEquals(missing("HYBRID", { user_id: "ann" }), ["item_title"]);
  assertEquals(missing("HYBRID", { item_title: "Heat", user_id: "" }), ["user_id"]);
  assertEquals(missing("HYBRID", { history: [] }), ["item_title", "user_id"]);
});

Deno.test("an unknown title is refused with the nearest, each once", () => {
  const error = assertThrows(
    () => recommend(exampleModel("CONTENT"), { item_title: "solari" }),
    UnknownItemError,
  );
  assertEquals(error.nearest, ["Solaris"]);
  assertStringIncludes(error.message, '"solari"');
  assertThrows(() => recommend(exampleModel("CONTENT"), { item_id: "4" }), UnknownItemError);
});

Deno.test("an unknown user is answered from what is popular, or from the item", () => {
  const alone = recommend(exampleModel("COLLABORATIVE"), { user_id: "dan", n: 2 });
  assertEquals(alone.fallback, "popular");
  assertStringIncludes(alone.fallback_reason!, '"dan"');
  assertEquals(alone.recommendations.map((r) => [r.item_id, r.score, r.fallback]), [
    ["3", 0, "popular"],
    ["five", 0, "popular"],
  ]);
  const joined = recommend(exampleModel("HYBRID"), { user_id: "dan", item_title: "Heat", n: 1 });
  assertEquals([joined.fallback, joined.recommendations[0].item_id], ["item_only", "2"]);
  assertEquals(recommend(exampleModel("COLLABORATIVE"), { user_id: "cy" }).fallback, "popular");
});

Deno.test("a history stands in for the user, with weights, and suffices alone", () => {
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

Deno.test("what is excluded stays out, what was seen comes on demand, the asked never", () => {
  assertEquals(ids("COLLABORATIVE", { user_id: "ann", exclude: ["04", 99] }), ["five", "3"]);
  assertEquals(ids("COLLABORATIVE", { user_id: "ann", include_seen: true }).length, 5);
  assertEquals(
    ids("HYBRID", { user_id: "ann", item_title: "Heat", include_seen: true }).includes("1"),
    false,
  );
});
