import { assert, assertEquals } from "@std/assert";
import { LIVE_EVENT_WEIGHTS } from "../model/history/reading.ts";
import { EVENT_TYPES, eventType } from "../model/history/event_types.ts";
import { type EventRules, readEvents } from "./read_events.ts";

const receivedAt = Date.UTC(2026, 5, 1, 12);
const SERVER: EventRules = { receivedAt, sentAt: null, fromPage: false };
const PAGE: EventRules = { ...SERVER, fromPage: true };
const view = { type: "view", item_id: "1" };

Deno.test("names of Segment and GA4 mean our types; any other type stays", () => {
  const cases: Record<string, string> = {
    "Product Viewed": "view",
    view_item: "view",
    add_to_cart: "cart",
    "Product Added": "cart",
    "Order Completed": "purchase",
    purchase: "purchase",
    "Product Clicked": "click",
    select_item: "click",
    view_item_list: "impression",
    add_to_wishlist: "like",
    remove_from_cart: "retract",
    " VIEW ": "view",
    Played: "played",
    "play later": "play later",
    constructor: "constructor",
    __proto__: "__proto__",
  };
  const read = Object.keys(cases).map((name) => [name, eventType(name)]);
  assertEquals(Object.fromEntries(read), cases);
  assertEquals(Object.keys(LIVE_EVENT_WEIGHTS), [...EVENT_TYPES], "each type has a weight");
});

Deno.test("each malformed row is rejected with its index, code and sentence, the others are read", () => {
  const text = (length: number) => "x".repeat(length);
  const cases: [unknown, string, string][] = [
    [null, "malformed", "An event must be an object"],
    [["view", "1"], "malformed", "object"],
    ["view", "malformed", "object"],
    [{ item_id: "1" }, "missing_field", "type must be given"],
    [{ ...view, type: 7.5, id: {} }, "invalid_field", "id must be a text"],
    [{ ...view, type: text(101) }, "too_long", "type must have at most 100 characters"],
    [{ ...view, type: [] }, "invalid_field", "type must be a text"],
    [{ ...view, type: " \u200b" }, "missing_field", "type must not be empty"],
    [{ type: "view" }, "missing_field", "item_id must be given"],
    [{ ...view, item_id: "" }, "invalid_field", "item_id must not be empty"],
    [{ ...view, item_id: "NaN" }, "invalid_field", "missing value"],
    [{ ...view, item_id: text(10_240) }, "too_long", "item_id must have at most 1000"],
    [{ ...view, item_id: "€".repeat(400) }, "too_long", "item_id must have at most 1000 bytes"],
    [{ ...view, item_id: "a\0b" }, "invalid_field", "cannot be stored"],
    [{ ...view, item_id: "\ud800" }, "invalid_field", "cannot be stored"],
    [{ ...view, id: text(101) }, "too_long", "id must have at most 100"],
    [{ ...view, at: "yesterday" }, "invalid_field", "at must be ISO 8601"],
    [{ ...view, at: 1e300 }, "invalid_field", "at must be ISO 8601"],
    [{ ...view, at: true }, "invalid_field", "at must be ISO 8601"],
    [{ ...view, at: "1970-01-01T00:00:00Z" }, "time_out_of_range", "between 1990 and now"],
    [{ ...view, at: "2062-01-01T00:00:00Z" }, "time_out_of_range", "sent_at"],
    [{ ...view, value: "19.90" }, "invalid_field", "value must be a number"],
    [{ ...view, value: 1e300 }, "invalid_field", "value must be a number"],
    [{ ...view, type: "rating" }, "missing_field", "a rating is its value"],
    [{ ...view, position: -1 }, "invalid_field", "position must be a whole number"],
    [{ ...view, position: "3" }, "invalid_field", "position must be a whole number"],
    [{ ...view, placement: text(65) }, "too_long", "placement"],
    [{ ...view, recommendation_id: text(513) }, "too_long", "recommendation_id"],
    [
      { ...view, itemId: "1" },
      "unknown_field",
      '"itemId" is not a known member; did you mean item_id?',
    ],
    [JSON.parse('{"type":"view","item_id":"1","__proto__":1}'), "unknown_field", "__proto__"],
    [{ ...view, constructor: 1 }, "unknown_field", "constructor"],
    [{ ...view, products: [{ product_id: "2" }] }, "invalid_field", "exclude each other"],
    [
      { type: "purchase", products: [{ sku: "2" }], items: [{ item_id: "2" }] },
      "invalid_field",
      "products and items exclude each other",
    ],
    [{ type: "purchase", products: [] }, "invalid_field", "must be a list"],
    [{ type: "purchase", products: ["1"] }, "invalid_field", "a list of objects"],
    [{ type: "purchase", products: [{ price: 2 }] }, "missing_field", "item_id must be given"],
    [{ type: "purchase", items: [{ item_id: "1", price: "two" }] }, "invalid_field", "price"],
    [
      { type: "purchase", items: [{ item_id: "1", price: 1e308 }] },
      "invalid_field",
      "at most 1e12",
    ],
    [
      { type: "purchase", items: [{ item_id: "1", price: 1e300, quantity: 1e300 }] },
      "invalid_field",
      "at most 1e12",
    ],
    [
      { type: "purchase", value: 1e300, items: [{ item_id: "1", price: 1 }] },
      "invalid_field",
      "at most 1e12",
    ],
    [{ type: "rating", value: 4, items: [{ item_id: "1" }] }, "missing_field", "value"],
    [{ type: "purchase", items: [{ item_id: "1", qty: 2 }] }, "unknown_field", "qty"],
    [
      { type: "purchase", items: Array.from({ length: 201 }, () => ({ item_id: "1" })) },
      "too_long",
      "at most 200 products",
    ],
  ];
  const rows = cases.flatMap(([row]) => [row, view]);
  const { events, rejected } = readEvents(rows, SERVER);
  assertEquals(events.map(({ index }) => index), cases.map((_, n) => 2 * n + 1));
  cases.forEach(([row, code, detail], n) => {
    const { [n]: one } = rejected;
    assertEquals([one.index, one.code], [2 * n, code], JSON.stringify(row)?.slice(0, 200));
    assert(one.detail.includes(detail), one.detail);
    assert(one.detail.length < 300, one.detail);
  });
});

Deno.test("an order has an event for each product, with its revenue", () => {
  const { events } = readEvents([
    {
      id: "o-1",
      type: "Order Completed",
      products: [
        { product_id: "a", sku: "A-1", name: "Tea", price: 2.5, quantity: 3 },
        { sku: "b", price: "4" },
        { item_id: 7 },
      ],
    },
    { type: "purchase", items: [{ item_id: "c", value: 9, price: 1, quantity: 2 }] },
  ], SERVER);
  assertEquals(
    events.map(({ index, id, type, itemId, value }) => [index, id, type, itemId, value]),
    [
      [0, "o-1#0", "purchase", "a", 7.5],
      [0, "o-1#1", "purchase", "b", 4],
      [0, "o-1#2", "purchase", "7", null],
      [1, null, "purchase", "c", 9],
    ],
  );
});

Deno.test("times move by the difference of the clocks; pages are limited to 7 days, servers are not", () => {
  const at = (rules: EventRules, sent: unknown) => {
    const { events: [event], moved } = readEvents([{ ...view, at: sent }], rules);
    return [new Date(event.at).toISOString(), moved];
  };
  const now = new Date(receivedAt).toISOString();
  assertEquals(at(SERVER, undefined), [now, 0]);
  assertEquals(at(SERVER, "2026-06-01T11:59:50Z"), ["2026-06-01T11:59:50.000Z", 0]);
  assertEquals(at(SERVER, receivedAt - 1_500), ["2026-06-01T11:59:58.500Z", 0]);
  assertEquals(at(SERVER, receivedAt / 1000 - 60), ["2026-06-01T11:59:00.000Z", 0]);
  assertEquals(at(SERVER, "1999-12-31T23:59:59Z"), ["1999-12-31T23:59:59.000Z", 0]);
  // A fast clock counts as now.
  assertEquals(at(SERVER, receivedAt + 30_000), [now, 0]);
  assertEquals(at(SERVER, receivedAt + 3_600_000), [now, 1]);

  const week = new Date(receivedAt - 7 * 86_400_000).toISOString();
  assertEquals(at(PAGE, "2026-05-20T00:00:00Z"), [week, 1]);
  assertEquals(at(PAGE, "2026-05-27T00:00:00Z"), ["2026-05-27T00:00:00.000Z", 0]);
  assertEquals(at(PAGE, "2062-01-01T00:00:00Z"), [now, 1]);
  // A clock that is 36 years fast, or was never set.
  for (const year of [2062, 1970]) {
    const sentAt = Date.UTC(year, 0, 1, 0, 1);
    const sent = new Date(sentAt - 5_000).toISOString();
    assertEquals(at({ ...PAGE, sentAt }, sent), ["2026-06-01T11:59:55.000Z", 0]);
  }
});
