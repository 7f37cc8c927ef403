import { assertEquals } from "@std/assert";
import type { Reading } from "./reading.ts";
import { sentHistory, type SentRow } from "./sent_history.ts";
import { secondsOf } from "./sent_time.ts";

const READING: Reading = {
  liking: { rule: "own_mean", mean: 3 },
  signal: "liked",
  fade: 0.5,
  event_weights: { impression: 0, hide: -1, retract: null, buy: 5 },
};

/** Returns the history of rows as pairs of item and weight. */
function read(rows: [item: number, sent: SentRow][], reading = READING) {
  const { items, weights } = sentHistory(rows.map(([item, sent]) => ({ item, sent })), reading);
  return items.map((item, i) => [item, weights[i]]);
}

Deno.test("plain items fade from the newest, and repeats are joined at their last place", () => {
  assertEquals(read([[1, {}], [2, {}], [3, {}]]), [[1, 0.25], [2, 0.5], [3, 1]]);
  assertEquals(read([[1, {}], [2, {}], [1, {}]]), [[2, 0.5], [1, 1]]);
  assertEquals(read([[1, {}], [2, {}]], { ...READING, fade: undefined }), [[1, 1], [2, 1]]);
});

Deno.test("times order the rows, and equal times share a place", () => {
  const rows: [number, SentRow][] = [
    [1, { timestamp: 30 }],
    [2, { timestamp: "1970-01-01T00:00:20Z" }],
    [3, { timestamp: 20 }],
    [4, {}],
  ];
  assertEquals(read(rows), [[4, 0.125], [2, 0.5], [3, 0.5], [1, 1]]);
});

Deno.test("events and ratings like, see, reject and cancel", () => {
  const weights = (...rows: SentRow[]) =>
    read(rows.map((row) => [7, row])).map(([, weight]) => weight);
  assertEquals(weights({ event_type: " Buy " }), [1]);
  assertEquals(weights({ event_type: "anything" }), [1]);
  const named = { ...READING, event_weights: { ...READING.event_weights, addtocart: -1 } };
  for (const event_type of ["add_to_cart", "Add To Cart", "add.to-cart"]) {
    assertEquals(read([[7, { event_type }]], named), [[7, -1]], event_type);
  }
  assertEquals(weights({ event_type: "toString" }), [1]);
  assertEquals(weights({ event_type: "impression" }), [0]);
  assertEquals(weights({}, { event_type: "hide" }), [-1]);
  assertEquals(weights({ event_type: "hide" }, { event_type: "buy" }), [1]);
  assertEquals(weights({ event_type: "buy" }, { event_type: "retract" }), [0]);
  assertEquals(weights({ rating: 5 }, { rating: 1 }), [0]);
  assertEquals(weights({ rating: -1 }), [-1]);
  assertEquals(read([[7, { rating: -1 }]], { ...READING, liking: { rule: "all" } }), [[7, -1]]);
});

Deno.test("an explicit weight is used as it is, as often as it is sent, before the others", () => {
  assertEquals(read([[1, {}], [2, { weight: 0.1, rating: 1 }], [3, {}], [2, { weight: 2 }]]), [
    [2, 0.1],
    [2, 2],
    [1, 0.5],
    [3, 1],
  ]);
});

Deno.test("times are seconds, or ISO 8601 in UTC unless a zone is named", () => {
  assertEquals([1.5, "1970-01-02", "1970-01-01T01:00:00.25"].map(secondsOf), [1.5, 86400, 3600.25]);
  assertEquals(secondsOf("1970-01-01 02:00+01:30"), 1800);
  assertEquals(secondsOf("1969-12-31T23:00:00-0100"), 0);
  for (const none of [null, undefined, "", "yesterday", "1970-13-01", "1970-01-01T24:00"]) {
    assertEquals(secondsOf(none), NaN);
  }
});
