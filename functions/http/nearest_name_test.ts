import { assertEquals } from "@std/assert";
import { nearestName } from "./nearest_name.ts";

const KNOWN = ["user_id", "item_id", "item_title", "history", "limit", "filter", "exclude"];

Deno.test("the nearest name is found by spelling, case, separators and synonyms", () => {
  const cases: Record<string, string | undefined> = {
    use_id: "user_id",
    userId: "user_id",
    "user-id": "user_id",
    uesr_id: "user_id",
    filters: "filter",
    n: "limit",
    top_k: "limit",
    product_id: "item_id",
    itemTitle: "item_title",
    histroy: "history",
    colour: undefined,
    x: undefined,
    "": undefined,
    constructor: undefined,
    __proto__: undefined,
  };
  for (const [unknown, expected] of Object.entries(cases)) {
    assertEquals(nearestName(unknown, KNOWN), expected, unknown);
  }
  assertEquals(nearestName("userid".repeat(1000), KNOWN), undefined);
  assertEquals(nearestName("user", []), undefined);
});
