import { assertEquals, assertThrows } from "@std/assert";
import { describedModel } from "../../../../testing/models/described_model.ts";
import { excludedBy, type Filter, FilterError } from "../filter.ts";
import { stringAt } from "../string_table.ts";
import { finished } from "../steps.ts";
import { passingSteps } from "./evaluate.ts";
import { type Expression, ExpressionError, parseExpression } from "./expression.ts";

const model = describedModel("COLLABORATIVE");

/** Returns the ids of the items that pass. */
function passing(expression: Expression, item?: number): string[] {
  const flags = finished(passingSteps(model, parseExpression(expression), item));
  return [...flags.keys()].filter((i) => flags[i]).map((i) => stringAt(model.items.ids, i));
}

Deno.test("a filter of a request is an expression that passes the same items", () => {
  const filters: Filter[] = [
    { brand: "acme" },
    { brand: ["Acme", "bolt"], price: { gte: 20, lt: 40 } },
    { genre: "Drama" },
    { price: { eq: 10 } },
    { price: [10, 50] },
  ];
  for (const filter of filters) {
    const excluded = excludedBy(model, filter);
    const ids = [...excluded.keys()].filter((i) => !excluded[i])
      .map((i) => stringAt(model.items.ids, i));
    assertEquals(passing(filter as Expression), ids, JSON.stringify(filter));
  }
});

Deno.test("operators and conditions", () => {
  assertEquals(passing({ or: [{ brand: "Bolt" }, { genre: "Crime" }] }), ["1", "3", "04"]);
  assertEquals(passing({ and: [{ brand: "Acme" }, { price: { gt: 10 } }] }), ["2"]);
  assertEquals(passing({ not: { brand: "Acme" } }), ["3", "04", "five"]);
  assertEquals(passing({ not: { or: [{ brand: "Acme" }, { price: { gte: 40 } }] } }), ["3"]);
  assertEquals(passing({ brand: { exists: false } }), ["five"]);
  assertEquals(passing({ price: { exists: true } }), ["1", "2", "3", "04", "five"]);
  assertEquals(passing({ brand: { in: ["Bolt"] }, price: { in: [30, 50] } }), ["3"]);
  assertEquals(passing({ genre: { contains: "R" } }), ["1", "2", "04"]);
  assertEquals(passing({ genre: { contains: "-f" } }), ["3"]);
  assertEquals(passing({ genre: { contains: "x" } }), []);
  // A column that the items do not have passes nothing.
  assertEquals(passing({ color: "red" }), []);
});

Deno.test("conditions compare with the requested item", () => {
  assertEquals(passing({ brand: { same_as: "item" } }, 0), ["1", "2"]);
  assertEquals(passing({ genre: { same_as: "item" } }, 0), ["1", "2"]);
  assertEquals(passing({ price: { lte: { item: "price", times: 1.5 } } }, 1), ["1", "2", "3"]);
  assertEquals(passing({ price: { gt: { item: "price" } } }, 2), ["04", "five"]);
  // Without an item, or without its value, nothing passes.
  assertEquals(passing({ brand: { same_as: "item" } }), []);
  assertEquals(passing({ brand: { same_as: "item" } }, 4), []);
  assertEquals(passing({ price: { lte: { item: "price" } } }), []);
});

Deno.test("columns may be named like operators", () => {
  assertEquals(parseExpression({ or: "x" }), {
    ...{ op: "in", column: "or", pointer: "/or", values: ["x"] },
  });
  assertEquals(parseExpression({ and: ["x"] }).op, "in");
  assertEquals(parseExpression({ not: { gte: 3 } }).op, "bound");
});

Deno.test("an expression that is too large or not one is refused with its place", () => {
  const refused = (expression: unknown, pointer: string, message: string) => {
    const error = assertThrows(() => parseExpression(expression), ExpressionError, message);
    assertEquals(error.pointer, pointer);
  };
  refused([], "", "must be an object");
  refused({}, "", "must name a column");
  refused({ a: { like: 1 } }, "/a", 'not "like"');
  refused({ a: { contains: "" } }, "/a/contains", "must be a text");
  refused({ a: { same_as: "user" } }, "/a/same_as", 'must be "item"');
  refused({ a: { gte: { item: 3 } } }, "/a/gte", "a column of the requested item");
  refused({ a: [] }, "/a", "1 to 1000 values");
  refused({ "a/b": { in: [1, {}] } }, "/a~1b/in/1", "must be a text, a number");
  let deep: Expression = { a: 1 };
  for (let depth = 0; depth < 9; depth++) deep = { not: deep };
  refused(deep, "/not".repeat(8), "at most 8 nested");
  const wide = { or: Array.from({ length: 63 }, () => ({ a: 1 })) };
  assertEquals(parseExpression(wide).op, "or");
  refused({ and: [wide, { b: 1 }] }, "/and/1/b", "at most 64");
});

Deno.test("a condition that does not fit its column is refused with its place", () => {
  for (
    const [expression, pointer] of [
      [{ brand: { gte: 3 } }, "/brand/gte"],
      [{ price: { contains: "3" } }, "/price/contains"],
      [{ brand: { lte: { item: "price" } } }, "/brand/lte"],
      [{ price: { lte: { item: "brand" } } }, "/price/lte"],
      [{ or: [{ genre: "Drama" }, { price: "cheap" }] }, "/or/1/price"],
    ] as const
  ) {
    const error = assertThrows(() => passing(expression as Expression, 0), FilterError);
    assertEquals(error.pointer, pointer);
  }
});
