import { assertEquals } from "@std/assert";
import { eventType } from "../model/history/event_types.ts";
import { LIVE_EVENT_WEIGHTS, type Reading } from "../model/history/reading.ts";
import type { Manifest } from "../model/model.ts";
import type { RecommendationRequest } from "../model/request.ts";
import { finished } from "../model/steps.ts";
import { meantType, withMeantTypes } from "./meant_types.ts";

const READING: Reading = {
  liking: { rule: "all" },
  signal: "liked",
  event_weights: { ...LIVE_EVENT_WEIGHTS, swipe_left: 0.5, returned: -0.1 },
};

Deno.test("types without a weight reject or undo as their words do in files", () => {
  const cases: Record<string, string> = {
    ...{ return: "retract", Retoure: "retract", "item removed": "retract", 退货: "retract" },
    ...{ unlike: "retract", unskip: "retract", "un-hide": "retract" },
    ...{ skip: "dislike", " SKIPPED ": "dislike", übersprungen: "dislike", 跳过: "dislike" },
    // With a weight of their own, also without their separators.
    ...{ swipe_left: "swipe_left", "Swipe_Left": "Swipe_Left", returned: "returned" },
    ...{ hide: "hide", retract: "retract", "re-turned": "re-turned" },
    // Seen, or stronger in files: as any other type.
    ...{ play: "play", "return visit": "return visit", love: "love", gekauft: "gekauft" },
    ...{ "": "", constructor: "constructor", __proto__: "__proto__" },
  };
  // The second time from memory.
  for (let time = 0; time < 2; time++) {
    const meant = Object.keys(cases).map((type) => [type, meantType(READING, type)]);
    assertEquals(Object.fromEntries(meant), cases);
  }
  assertEquals(meantType(READING, eventType("unlike")), "retract", "an alias");
});

Deno.test("a request's history has the types that its events count as; nothing else changes", () => {
  const model = (reading?: Reading) => ({ manifest: { reading } as Manifest });
  const read = (request: RecommendationRequest, reading?: Reading) =>
    finished(withMeantTypes(model(reading), request));
  const request: RecommendationRequest = {
    user_id: "ann",
    history: [
      ...["a", 7, { item_id: "b" }, { item_id: "c", event_type: null }],
      ...[{ item_id: "d", event_type: "skip", rating: 3, timestamp: 5 }],
      ...[{ item_id: "e", event_type: "Retoure" }, { item_id: "f", event_type: "swipe_left" }],
    ],
  };
  assertEquals(read(request, READING), {
    user_id: "ann",
    history: [
      ...["a", 7, { item_id: "b" }, { item_id: "c", event_type: null }],
      ...[{ item_id: "d", event_type: "dislike", rating: 3, timestamp: 5 }],
      ...[{ item_id: "e", event_type: "retract" }, { item_id: "f", event_type: "swipe_left" }],
    ],
  });
  for (const plain of [{ user_id: "ann" }, { history: null }, { history: ["a", 7] }]) {
    assertEquals(read(plain, READING), plain);
  }
  assertEquals(read(request), request, "models before version 3 ignore events");
});
