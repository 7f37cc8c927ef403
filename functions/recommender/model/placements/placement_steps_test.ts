import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { describedModel } from "../../../../testing/models/described_model.ts";
import { recommend } from "../answer.ts";
import { MissingParameterError } from "../request.ts";
import { finished } from "../steps.ts";
import type { PlacementFacts, PlacementRequest } from "./logics.ts";
import type { Placement } from "./placement.ts";
import { type PlacementList, type PlacementOptions, placementSteps } from "./placement_steps.ts";

const NOW = Date.parse("2030-06-15T00:00:00Z");
const DAY = 86_400;

const model = describedModel("COLLABORATIVE");

let version = 0;

/** Returns the list of a placement for the described model. */
function listed(
  rules: Placement,
  request: PlacementRequest,
  { facts, ...options }: Partial<Omit<PlacementOptions, "facts">> & {
    facts?: Partial<PlacementFacts>;
  } = {},
): PlacementList & { items: number[] } {
  return finished(placementSteps(model, request, {
    placement: { name: "test", version: ++version, rules },
    facts: { now: NOW, ...facts },
    ...options,
  }));
}

function idsOf({ recommendations }: Pick<PlacementList, "recommendations">): string[] {
  return recommendations.map(({ item_id }) => item_id);
}

/** Two items at hand, so that all others compete: 04 scores 0.5, five 0.25. */
const ANN = { history: ["1"] };

Deno.test("without rules a placement lists what a plain request does, on a scale from 0 to 1", () => {
  const requests = [ANN, { user_id: "ann" }, { user_id: "7" }, { item_id: "1" }];
  for (const request of requests) {
    const list = listed({ logic: "for_you" }, request);
    const plain = recommend(model, request, { anyOf: true });
    assertEquals(idsOf(list), idsOf(plain as PlacementList));
    const top = plain.recommendations[0].score;
    list.recommendations.forEach(({ score }, i) =>
      assertAlmostEquals(score, plain.recommendations[i].score / top)
    );
  }
});

Deno.test("the scale is the largest score that hidden items and the history leave", () => {
  const scores = (rules: Placement, hidden?: Uint8Array) =>
    Object.fromEntries(
      listed(rules, ANN, { hidden }).recommendations.map(({ item_id, score }) => [item_id, score]),
    );
  assertEquals(scores({ logic: "for_you" }), { "2": 1, "04": 0.5, "3": 0, five: 0 });
  // A filter does not shift it.
  assertEquals(scores({ logic: "for_you", filter: { brand: "Bolt" } }), { "04": 0.5, "3": 0 });
  assertEquals(scores({ logic: "for_you" }, Uint8Array.of(0, 1, 0, 0, 0))["04"], 1);
});

Deno.test("a stranger's scores are the popularity, which boosts multiply", () => {
  const list = listed({ logic: "for_you" }, {});
  assertEquals(idsOf(list), ["3", "five", "1", "2", "04"]);
  assertEquals(list.recommendations.map(({ score }) => score), [1, 0.8, 0.6, 0.4, 0.2]);
  assertEquals(list.fallback, "popular");
  const boost = [{ when: { brand: "Acme" }, times: 2 }];
  assertEquals(idsOf(listed({ logic: "for_you", boost }, {})), ["1", "3", "five", "2", "04"]);
});

Deno.test("boosts multiply the scores of items that pass, and bury by less than 1", () => {
  const boost = [{ when: { brand: "Bolt" }, times: 3 }, {
    when: { price: { gt: 35 } },
    times: 0.5,
  }];
  const list = listed({ logic: "for_you", boost }, { ...ANN, explain: true });
  assertEquals(idsOf(list).slice(0, 2), ["2", "04"]);
  assertAlmostEquals(list.recommendations[1].score, 0.75);
  // The parts of an explanation add up to the score.
  assertAlmostEquals(list.recommendations[1].parts![0].score, 0.75);
  assertEquals(idsOf(listed({ logic: "for_you", boost: boost.slice(0, 1) }, ANN))[0], "04");
  const own = [{ when: { brand: { same_as: "item" } }, times: 10 }];
  assertEquals(idsOf(listed({ logic: "similar", boost: own }, { item_id: "04" }))[0], "3");
});

Deno.test("a filter that leaves nothing is an empty list with a reason", () => {
  const none = listed({ logic: "for_you", filter: { price: { gt: 100 } } }, ANN);
  assertEquals([none.recommendations, none.empty_reason], [
    [],
    "The filter leaves none of the items that are not hidden.",
  ]);
  const noItem = listed({ logic: "for_you", filter: { brand: { same_as: "item" } } }, ANN);
  assertEquals(
    noItem.empty_reason,
    "The filter compares with the requested item, and the request names none.",
  );
  const both = listed({ logic: "for_you", filter: { brand: "Bolt" } }, {
    ...ANN,
    filter: { price: { lt: 35 } },
  });
  assertEquals(idsOf(both), ["3"]);
});

Deno.test("pins are at their positions while they are in effect, if other rules allow them", () => {
  const pins = (pins: Placement["pins"], rules: Partial<Placement> = {}) =>
    idsOf(listed({ logic: "for_you", pins, ...rules }, { ...ANN, n: 3 }));
  assertEquals(pins([]), ["2", "04", "3"]);
  assertEquals(pins([{ position: 1, item_id: "five" }]), ["five", "2", "04"]);
  assertEquals(pins([{ position: 2, item_id: "five" }, { position: 1, item_id: "3" }]), [
    ...["3", "five", "2"],
  ]);
  assertEquals(pins([{ position: 3, filter: { price: { gte: 40 } } }]), ["2", "3", "04"]);
  const past = { from: "2030-01-01T00:00:00Z", to: "2030-06-15T00:00:00Z" };
  assertEquals(pins([{ position: 1, item_id: "five", ...past }]), ["2", "04", "3"]);
  assertEquals(pins([{ position: 1, item_id: "five", from: past.to }])[0], "five");
  // Seen, excluded by the filter, gone, and beyond the end of the list.
  assertEquals(pins([{ position: 1, item_id: "1" }]), ["2", "04", "3"]);
  assertEquals(pins([{ position: 1, item_id: "five" }], { filter: { brand: "Bolt" } }), [
    "04",
    "3",
  ]);
  assertEquals(pins([{ position: 1, item_id: "gone" }]), ["2", "04", "3"]);
  assertEquals(pins([{ position: 3, item_id: "3" }], { filter: { brand: "Bolt" } }), ["04", "3"]);
});

Deno.test("at most k of the first m items share a value, also across pages", () => {
  const rules: Placement = { logic: "popular", at_most: [{ column: "brand", most: 1, first: 3 }] };
  assertEquals(idsOf(listed(rules, {})), ["3", "five", "1", "2", "04"]);
  assertEquals(idsOf(listed({ ...rules, filter: { brand: { exists: true } } }, {})), ["3", "1"]);
  const wide: Placement = { ...rules, at_most: [{ column: "brand", most: 1, first: 2 }] };
  assertEquals(idsOf(listed({ ...wide, filter: { brand: { exists: true } } }, {})), [
    ...["3", "1", "2", "04"],
  ]);
  const first = listed(rules, { n: 2 });
  assertEquals(idsOf(first), ["3", "five"]);
  // The third position is the first of the second page, and Bolt was on the page before.
  assertEquals(idsOf(listed(rules, { n: 2 }, { shown: first.items })), ["1", "2"]);
});

Deno.test("diversity respects the limit of equal values", () => {
  const rules: Placement = {
    logic: "popular",
    diversity: 0.3,
    at_most: [{ column: "brand", most: 1, first: 5 }],
  };
  assertEquals(idsOf(listed(rules, {})).length, 3);
});

Deno.test("items shown lately sink", () => {
  const rules: Placement = { logic: "for_you", rotation: { hours: 2, times: 0.25 } };
  assertEquals(idsOf(listed(rules, ANN, { facts: { shown: ["2", "gone"] } })).slice(0, 2), [
    "04",
    "2",
  ]);
  assertEquals(idsOf(listed(rules, ANN)).slice(0, 2), ["2", "04"]);
});

Deno.test("the seen policy leaves out events of some types and days", () => {
  const row = (item: number, type: string, days: number) => ({
    ...{ item, type, weight: 1, rating: NaN, time: NOW / 1000 - days * DAY },
  });
  const rows = [row(0, "purchase", 10), row(1, "view", 1), row(2, "purchase", 40)];
  const request = { history: ["1", "2", "3"] };
  const left = (seen: Placement["seen"]) =>
    idsOf(listed({ logic: "for_you", seen }, request, { facts: { rows } })).toSorted();
  assertEquals(left(undefined), ["04", "five"]);
  assertEquals(left({ exclude: "none" }), ["04", "1", "2", "3", "five"]);
  assertEquals(left({ exclude: ["purchase"] }), ["04", "2", "five"]);
  assertEquals(left({ exclude: ["purchase"], days: 30 }), ["04", "2", "3", "five"]);
  assertEquals(left({ exclude: "all", days: 30 }), ["04", "3", "five"]);
  // Rejected items never come back.
  const rejected = { history: [{ item_id: "04", weight: -1 }, "1"] };
  assert(!idsOf(listed({ logic: "for_you", seen: { exclude: "none" } }, rejected)).includes("04"));
});

Deno.test("similar and bought_together list by items of the request", () => {
  assertEquals(idsOf(listed({ logic: "similar" }, { item_id: "1", n: 2 })), ["2", "04"]);
  assertThrows(() => listed({ logic: "similar" }, ANN), MissingParameterError, "send item_id");
  const cart = listed({ logic: "bought_together" }, { items: ["1", "2", "unknown"] });
  assertEquals(idsOf(cart), ["04", "five", "3"]);
  assertThrows(() => listed({ logic: "bought_together" }, {}), MissingParameterError, "send items");
  const unknown = listed({ logic: "bought_together" }, { items: ["unknown"], n: 1 });
  assertEquals([idsOf(unknown), unknown.fallback, unknown.fallback_reason], [
    ["3"],
    "popular",
    "The catalogue has no item of the cart. These are the most popular items instead.",
  ]);
});

Deno.test("because_you has a list for each of the latest items, none twice", () => {
  const { because = [], ...list } = listed({ logic: "because_you", lists: 2 }, {
    history: ["1", "3"],
    n: 2,
  });
  assertEquals(because.map(({ item_id, reason }) => [item_id, reason]), [
    ["3", "Because of Solaris"],
    ["1", "Because of Heat"],
  ]);
  assertEquals(because.map(idsOf), [["five", "2"], ["04"]]);
  assertEquals(idsOf(list), ["five", "2", "04"]);
  assertEquals(listed({ logic: "because_you" }, {}).fallback, "popular");
});

Deno.test("trending, new, recently_viewed and buy_again list what the facts say", () => {
  const trending = [{ item_id: "five", score: 9 }, { item_id: "gone", score: 5 }, {
    ...{ item_id: "2", score: 3 },
  }];
  const rising = listed({ logic: "trending" }, { n: 3 }, { facts: { trending } });
  assertEquals(rising.recommendations.map(({ item_id, score }) => [item_id, score]), [
    ...[["five", 1], ["2", 1 / 3], ["3", 0]],
  ]);
  assertEquals(rising.recommendations[2].fallback, "popular");
  const fallback = listed({ logic: "for_you", fallback: "trending" }, { n: 2 }, {
    facts: { trending },
  });
  assertEquals([idsOf(fallback), fallback.fallback], [["five", "2"], "trending"]);

  const row = (item: number, type: string, days: number) => ({
    ...{ item, type, weight: 1, rating: NaN, time: NOW / 1000 - days * DAY },
  });
  const rows = [row(0, "purchase", 60), row(3, "purchase", 31), row(0, "purchase", 30), {
    ...row(1, "view", 2),
  }];
  const request = { history: ["1", "04", "2"] };
  assertEquals(idsOf(listed({ logic: "recently_viewed" }, request, { facts: { rows } })), [
    ...["2", "1", "04"],
  ]);
  const again = listed({ logic: "buy_again" }, request, { facts: { rows } });
  assertEquals(again.recommendations.map(({ item_id, score }) => [item_id, score]), [
    ["1", 1],
    ["04", 1],
  ]);
  const nothing = listed({ logic: "buy_again" }, {});
  assertEquals([idsOf(nothing), nothing.empty_reason], [[], "This visitor has bought nothing."]);
});

Deno.test("new lists items first seen lately, ranked for the visitor", () => {
  const firstSeen = Float64Array.of(100 * DAY, 90 * DAY, 20 * DAY, 95 * DAY, NaN);
  const dated = { ...model, items: { ...model.items, firstSeen } };
  const list = finished(placementSteps(dated, ANN, {
    placement: { name: "new", version: 1, rules: { logic: "new" } },
    facts: { now: NOW },
  }));
  assertEquals(idsOf(list), ["2", "04"]);
  assertEquals(listed({ logic: "new" }, ANN).empty_reason, "No item is new.");
});

Deno.test("personal_order returns all given items, unknown ones last and ties as given", () => {
  const items = ["five", "x", "3", "04", "1", "2", "y"];
  const list = listed({ logic: "personal_order" }, { history: ["1"], items });
  assertEquals(idsOf(list), ["2", "04", "five", "3", "1", "x", "y"]);
  assertEquals(idsOf(listed({ logic: "personal_order" }, { items })), [
    ...["five", "3", "04", "1", "2", "x", "y"],
  ]);
});

Deno.test("items below the least score are replaced by those of the fallback", () => {
  const list = listed({ logic: "for_you", least_score: 0.6 }, ANN);
  assertEquals(
    list.recommendations.map(({ item_id, score, fallback }) => [item_id, score, fallback]),
    [
      ["2", 1, undefined],
      ["3", 0, "popular"],
      ["five", 0, "popular"],
      ["04", 0, "popular"],
    ],
  );
});

Deno.test("the next pages have all other items, each once", () => {
  const rules: Placement = { logic: "for_you", pins: [{ position: 4, item_id: "2" }] };
  const shown: number[] = [];
  const pages: string[][] = [];
  for (let page = 0; page < 3; page++) {
    const list = listed(rules, { ...ANN, n: 2 }, { shown });
    shown.push(...list.items);
    pages.push(idsOf(list));
  }
  assertEquals(pages, [["04", "3"], ["five", "2"], []]);
});
