import { assertEquals } from "@std/assert";
import { fieldKind, fieldsOf, words } from "./features.ts";

Deno.test("words are letters and digits in lower case, without accents", () => {
  assertEquals(words("Amélie's 2nd (2001)"), ["amelie", "s", "2nd", "2001"]);
  assertEquals(words("  — "), []);
});

Deno.test("a column's kind follows from its values", () => {
  assertEquals(fieldKind(["Drama|Crime", "Drama", ""]), "categories");
  assertEquals(fieldKind(["red, blue", "blue", "red", "blue"]), "categories");
  assertEquals(fieldKind(Array.from({ length: 30 }, (_, i) => String(i * 1.5))), "number");
  assertEquals(
    fieldKind(["A man walks into a bar and stays there", "Two women on the run"]),
    "text",
  );
  assertEquals(fieldKind([]), "text");
});

Deno.test("titles yield words, categories whole members, texts words and pairs of words", () => {
  const all = fieldsOf({
    ids: ["1", "2"],
    titles: ["The Heat", "2"],
    described: 2,
    features: [
      { name: "genres", values: ["Film Noir|Crime", "crime"] },
      { name: "plot", values: ["a long and winding tale of crime", "the sea is far"] },
    ],
  });
  assertEquals(all.map(({ kind }) => kind), ["title", "categories", "text"]);
  // The second title only repeats the id.
  assertEquals(all[0].terms, [["the", "heat"], []]);
  assertEquals(all[1].terms, [["film noir", "crime"], ["crime"]]);
  assertEquals(all[2].terms[1], ["the", "sea", "is", "far", "the sea", "sea is", "is far"]);
});

Deno.test("close numbers share a bin, distant ones do not", () => {
  const values = Array.from({ length: 100 }, (_, i) => String(i));
  const [, { terms }] = fieldsOf({
    ids: values,
    titles: values,
    described: 100,
    features: [{ name: "year", values }],
  });
  const shared = (a: number, b: number) => terms[a].filter((term) => terms[b].includes(term));
  assertEquals(shared(41, 42).length, 2);
  assertEquals(shared(38, 42).length, 1);
  assertEquals(shared(10, 90).length, 0);
});

Deno.test("numbers have units and groups, lists have brackets: neither is text", () => {
  const prices = Array.from({ length: 30 }, (_, i) => `$${(i * 199).toLocaleString("en-US")}.50`);
  assertEquals(fieldKind(prices), "number");
  const genres = [
    "[{'id': 18, 'name': 'Drama'}, {'id': 80, 'name': 'Crime'}]",
    "[{'id': 80, 'name': 'Crime'}]",
    "[]",
  ];
  const [, field] = fieldsOf({
    ids: ["1", "2", "3"],
    titles: ["1", "2", "3"],
    described: 3,
    features: [{ name: "genres", values: genres }],
  });
  assertEquals([field.kind, field.terms], ["categories", [["drama", "crime"], ["crime"], []]]);
});

Deno.test("a few different numbers are categories, and their separators separate no members", () => {
  const columns = [
    ["1,000+", "500+", "1,000+", "500+"],
    ["$1,000", "$2,500", "$1,000", "$2,500"],
    ["3,5", "4,0", "3,5", "4,0"],
    ["5", "4", "5", "4"],
  ];
  const ids = ["a", "b", "c", "d"];
  for (const values of columns) {
    const features = [{ name: "column", values }];
    const [, { kind, terms }] = fieldsOf({ ids, titles: ids, described: 4, features });
    assertEquals([kind, terms], ["categories", values.map((value) => [value])], values[0]);
  }
  // More than two members are no number.
  const values = ["18,80", "18,80,99", "18,80", "18,80,99"];
  const [, { terms }] = fieldsOf({
    ids,
    titles: ids,
    described: 4,
    features: [{ name: "column", values }],
  });
  assertEquals(terms[1], ["18", "80", "99"]);
});
