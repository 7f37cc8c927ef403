import { assertEquals } from "@std/assert";
import { eventWeight } from "../../functions/recommender/model/history/reading.ts";
import { EventCounts } from "./event_counts.ts";

Deno.test("live events without a weight undo or reject as their words do, and the model knows them", () => {
  const events = new EventCounts({ skip: 0.5 });
  for (const word of ["view", "view", "view", "returned"]) events.weigh(word);
  const live = {
    ...{ skip: 0.5, returned: -0.1, hide: -1, retract: NaN, play: 1, love: 1 },
    ...{ retoure: NaN, skipped: -1, "un-skip": NaN },
  };
  for (const [type, weight] of Object.entries(live)) {
    assertEquals(events.weighLive(type), weight, type);
  }
  const event_weights = events.weights();
  const { retoure, skipped, "un-skip": unskip, play } = event_weights;
  assertEquals([retoure, skipped, unskip, play], [null, -1, null, undefined]);
  for (const [type, weight] of Object.entries(live)) {
    assertEquals(eventWeight({ event_weights }, type), weight, type);
  }
});
