import { assertEquals, assertStringIncludes } from "@std/assert";
import { checkMapping, mappedColumns } from "./mapping.ts";

const pointers = (...args: Parameters<typeof checkMapping>) =>
  checkMapping(...args).map((problem) => problem.pointer);

Deno.test("checkMapping: each error has its pointer", () => {
  const columns = ["userId", "movieId", "rating"];
  const whole = { user_id: "userId", item_id: "movieId", rating: "rating" };
  assertEquals(pointers("INTERACTION", whole, columns), []);
  assertEquals(pointers("INTERACTION", { item_id: "movieId" }, columns), ["/user_id"]);
  assertEquals(pointers("INTERACTION", { user_id: "userId" }, columns), ["/item_id"]);
  assertEquals(pointers("INTERACTION", { ...whole, item_id: "userId" }, columns), ["/user_id"]);
  assertEquals(pointers("INTERACTION", { ...whole, "a/b": "x" }, columns), ["/a~1b"]);
  assertEquals(pointers("INTERACTION", { ...whole, rating: 3 }, columns), ["/rating"]);
  assertEquals(pointers("CONTENT", [], columns), [""]);
  const content = { item_title: "rating", feature_col: ["movieId", "none", "movieId"] };
  assertEquals(pointers("CONTENT", content, columns), ["/feature_col/1", "/feature_col/2"]);
  assertEquals(pointers("CONTENT", { item_id: "__proto__" }, columns), ["/item_id"]);
});

Deno.test("checkMapping: the error for a missing column names the nearest one", () => {
  const [{ detail }] = checkMapping("CONTENT", { item_id: "movie_id" }, ["movieId", "title"]);
  assertStringIncludes(detail, 'Is "movieId" meant? The file has "movieId", "title".');
});

Deno.test("a mapping may set how ambiguous numbers and dates are read, by values of a list", () => {
  const mapping = { user_id: "u", item_id: "i", decimal_sign: ",", date_order: "dmy" };
  assertEquals(checkMapping("INTERACTION", mapping, ["u", "i"]), []);
  assertEquals(mappedColumns(mapping), ["u", "i"]);
  const [problem] = checkMapping("INTERACTION", { ...mapping, date_order: "day" }, ["u", "i"]);
  assertEquals(problem, {
    pointer: "/date_order",
    detail: '"date_order" must be "dmy" or "mdy" or "ymd".',
  });
});
