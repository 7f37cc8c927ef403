import { assertEquals } from "@std/assert";
import { attribution, type FollowedList } from "./attribution.ts";
import { idKeys, recommendationId } from "./recommendation_id.ts";

const keys = idKeys(["a secret of more than thirty-two bytes"]);
const NOW = Date.UTC(2026, 6, 1);
const id = recommendationId(keys, {
  ...{ project: 7, version: 3, variant: 0, placement: "home", at: NOW, seed: 5 },
  visitor: { user: "42" },
  items: ["a", "b", "c"],
});
const rules = { project: 7, visitors: [{ user: "42" }], now: NOW };

Deno.test("an event has the placement, the version and the item's position of its list", () => {
  const followed = attribution(keys, rules)({ recommendationId: id, itemId: "b" });
  const { list, ...rest } = followed as FollowedList;
  assertEquals(rest, {
    ...{ placement: "home", version: "3", variant: "0", position: 1, listAt: NOW },
  });
  // The event's own position does not replace that of the list.
  const named = attribution(keys, rules)({ recommendationId: id, itemId: "b", position: 9 });
  assertEquals(named, { ...rest, list });
});

Deno.test("an event whose list is not valid for it has the reason, and no list", () => {
  const found = (recommendationId: string | null, itemId = "a", changed = {}) =>
    attribution(keys, { ...rules, ...changed })({ recommendationId, itemId });
  assertEquals([found(null), found("")], [{}, {}]);
  assertEquals(found(id, "x"), { listFault: "not_in_list" });
  assertEquals(found(id.slice(1)), { listFault: "forged" });
  const visitors = [{ anonymous: "42" }];
  assertEquals(found(id, "a", { visitors }), { listFault: "other_visitor" });
  assertEquals(found(id, "a", { project: 8 }), { listFault: "other_project" });
  assertEquals(found(id, "a", { now: NOW + 9 * 24 * 3600_000 }), { listFault: "expired" });
});
