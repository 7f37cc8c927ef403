import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { describedModel } from "../../../../testing/models/described_model.ts";
import { UnknownItemError } from "../request.ts";
import { finished } from "../steps.ts";
import type { PlacementRequest } from "./logics.ts";
import type { Placement } from "./placement.ts";
import type { PlacementOptions } from "./placement_steps.ts";
import { ABSENCE_REASONS, type AbsenceReason, whyNotSteps } from "./why_not.ts";

const model = describedModel("COLLABORATIVE");

let version = 0;

function whyNot(
  missing: string,
  rules: Partial<Placement>,
  { hidden, shown, ...request }: PlacementRequest & Pick<PlacementOptions, "hidden"> & {
    shown?: string[];
  } = {},
) {
  const asked = { history: ["1"], n: 2, ...request };
  return finished(whyNotSteps(model, { missing, request: asked }, {
    placement: { name: "test", version: ++version, rules: { logic: "for_you", ...rules } },
    facts: { now: 0, shown },
    hidden,
  }));
}

Deno.test("an item of the list has its position, and what it had without rules", () => {
  const { position, reason, sentence, rank_without_rules, score_without_rules } = whyNot("04", {
    boost: [{ when: { brand: "Bolt" }, times: 4 }],
  });
  assertEquals([position, reason, sentence], [1, null, "It is number 1 of the list."]);
  assertEquals([rank_without_rules, score_without_rules], [2, 0.5]);
});

Deno.test("each of the reasons is found, and said in a sentence", () => {
  const found = new Set<AbsenceReason>();
  const expect = (
    reason: AbsenceReason,
    sentence: string,
    [missing, rules, request]: Parameters<typeof whyNot>,
  ) => {
    const absence = whyNot(missing, rules, request);
    assertEquals([absence.position, absence.reason], [null, reason], absence.sentence);
    assertStringIncludes(absence.sentence, sentence);
    found.add(reason);
  };
  expect("hidden", "hidden or deleted", ["2", {}, { hidden: Uint8Array.of(0, 1, 0, 0, 0) }]);
  expect("seen", "has had it", ["1", {}]);
  expect("seen", "the request names it", ["3", { logic: "similar" }, { item_id: "3" }]);
  expect("filter", "filter of the placement", ["2", { filter: { brand: "Bolt" } }]);
  expect("filter", "The request excludes it", ["2", {}, { exclude: ["2"] }]);
  expect("filter", "request's filter", ["2", {}, { filter: { brand: "Bolt" } }]);
  expect("below_n", "number 3, and the list has 2", ["3", {}]);
  expect("buried", "multiplied by 0.1", ["2", {
    boost: [{ when: { price: 20 }, times: 0.1 }],
  }, { n: 1 }]);
  expect("buried", "larger boost", ["2", { boost: [{ when: { brand: "Bolt" }, times: 9 }] }, {
    n: 1,
  }]);
  expect("rotation", "shown to this visitor lately", ["2", {
    rotation: { hours: 1, times: 0.1 },
  }, { n: 1, shown: ["2"] }]);
  const popular: Partial<Placement> = { logic: "popular" };
  expect("at_most", 'share a value of "brand"', ["04", {
    ...popular,
    at_most: [{ column: "brand", most: 1, first: 5 }],
  }, { history: [], n: 5 }]);
  expect("pins", "Pinned items", ["04", { pins: [{ position: 1, item_id: "five" }] }]);
  // 2 and 04 are both recommended with 1: the second is like the first.
  expect("diversity", "too similar", ["five", { ...popular, diversity: 1 }, {
    history: [],
    n: 2,
  }]);
  assertEquals(ABSENCE_REASONS.filter((reason) => !found.has(reason)), []);
});

Deno.test("an item that the catalogue does not have is unknown", () => {
  assertThrows(() => whyNot("gone", {}), UnknownItemError, "no item with the id");
});
