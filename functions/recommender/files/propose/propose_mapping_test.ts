import { assertEquals } from "@std/assert";
import { proposeMapping } from "./propose_mapping.ts";

Deno.test("proposeMapping: by names", () => {
  const content = proposeMapping("CONTENT", ["movieId", "title", "genres"], [[
    "1",
    "Heat",
    "Crime|Drama",
  ]]);
  assertEquals(content.mapping, { item_id: "movieId", item_title: "title", feature_col: "genres" });
  assertEquals(content.reasons.length, 3);
  const columns = ["userId", "movieId", "rating", "timestamp"];
  assertEquals(proposeMapping("INTERACTION", columns, [["1", "2", "4.5", "964982703"]]).mapping, {
    user_id: "userId",
    item_id: "movieId",
    rating: "rating",
    timestamp: "timestamp",
  });
  const plays = proposeMapping("INTERACTION", ["//userID", "artistID", "weight"], [[
    "2",
    "51",
    "13883",
  ]]);
  assertEquals(plays.mapping, { user_id: "//userID", item_id: "artistID", rating: "weight" });
});

Deno.test("proposeMapping: by values where names give no evidence", () => {
  const columns = ["column1", "column2", "column3"];
  const artists = [["1", "Röyksopp", "http://x/1"], ["2", "Air", "http://x/2"]];
  assertEquals(proposeMapping("CONTENT", columns, artists).mapping, {
    item_id: "column1",
    item_title: "column2",
  });
  const events = [["7", "31", "1577836800"], ["7", "32", "1577836801"]];
  const { mapping } = proposeMapping("INTERACTION", columns, events);
  assertEquals([mapping.user_id, mapping.item_id, mapping.timestamp], [
    "column1",
    "column2",
    "column3",
  ]);
});

Deno.test("proposeMapping: a column of blanks has no ids", () => {
  const rows = Array.from({ length: 40 }, (_, i) => ["", `u${i % 4}`, "", `i${i % 9}`]);
  const { mapping } = proposeMapping("INTERACTION", rows[0].map((_, i) => `column${i + 1}`), rows);
  assertEquals([mapping.user_id, mapping.item_id], ["column2", "column4"]);
});

Deno.test("proposeMapping: a few bad rows do not change the role of a column", () => {
  const columns = ["user", "item", "rating", "time"];
  const rows = Array.from({ length: 40 }, (_, i) => [`u${i % 3}`, `i${i}`, "4", "964982703"]);
  rows[3][2] = "five";
  rows[9][3] = "soon";
  const { mapping, reasons } = proposeMapping("INTERACTION", columns, rows);
  assertEquals([mapping.rating, mapping.timestamp], ["rating", "time"]);
  assertEquals(
    reasons.find(({ key }) => key === "timestamp")!.reason,
    'its name is "time", and its values are times, such as 2000-07-30',
  );
});

Deno.test("an id that repeats in a row per genre is the item id", () => {
  const rows = Array.from({ length: 60 }, (_, row) => {
    const item = Math.floor(row / 3);
    return [
      `i${item}`,
      row % 3 === 0 ? "Unnamed" : `Film ${item}`,
      ["Drama", "Comedy", "War"][row % 3],
    ];
  });
  const { mapping } = proposeMapping("CONTENT", ["id", "title", "genre"], rows);
  assertEquals(mapping, { item_id: "id", item_title: "title", feature_col: "genre" });
});
