/** Evaluates expressions to a flag per item. */
import { type Condition, excludedSteps, FilterError, type FilterValue } from "../filter.ts";
import { fold, foldedTexts } from "../folded_text.ts";
import type { Column, Model, NumberColumn, TermColumn } from "../model.ts";
import type { Steps } from "../steps.ts";
import { stringAt, stringCount } from "../string_table.ts";
import { COST } from "../work.ts";
import { comparesWithItem, type Node, type Test } from "./expression.ts";

/**
 * Returns a flag per item of the catalogue, 1 if it passes. A condition on a column that the model
 * does not have, or one that compares with an item that is not given or has no value, passes nothing.
 * @param item the requested item.
 * @throws {FilterError} if a condition does not fit the kind of its column.
 */
export function* passingSteps(model: Model, node: Node, item?: number): Steps<Uint8Array> {
  const items = model.items.popularity.length;
  if (node.op === "and" || node.op === "or") {
    const all = yield* passingSteps(model, node.of[0], item);
    for (const part of node.of.slice(1)) {
      const flags = yield* passingSteps(model, part, item);
      yield items * COST.checked;
      if (node.op === "and") { for (let i = 0; i < items; i++) all[i] &= flags[i]; }
      else for (let i = 0; i < items; i++) all[i] |= flags[i];
    }
    return all;
  }
  if (node.op === "not") return inverted(yield* passingSteps(model, node.of, item));
  const column = columnOf(model, node.column);
  return column ? yield* passingTest(model, node, { column, item }) : new Uint8Array(items);
}

function* passingTest(
  model: Model,
  test: Test,
  { column, item }: { column: Column; item: number | undefined },
): Steps<Uint8Array> {
  const { name } = column;
  const passing = function* (condition: Condition): Steps<Uint8Array> {
    try {
      return inverted(yield* excludedSteps(model, { [name]: condition }));
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
      throw new FilterError(error.message, test.pointer, error.columns);
    }
  };
  const nothing = () => new Uint8Array(model.items.popularity.length);
  switch (test.op) {
    case "in":
      return yield* passing(test.values);
    case "exists": {
      const present = withValue(column);
      return test.exists ? present : inverted(present);
    }
    case "contains":
      return withTerms(termsOnly(model, column, test), yield* codesContaining(column, test.text));
    case "same_as": {
      const values = item === undefined ? [] : valuesAt(column, item);
      return values.length > 0 ? yield* passing(values) : nothing();
    }
    case "bound": {
      const { bound, value } = test;
      if (typeof value !== "object") return yield* passing({ [bound]: value });
      const of = columnOf(model, value.item);
      numbersOnly(model, column, test);
      if (of) numbersOnly(model, of, test);
      const [own] = of && item !== undefined ? valuesAt(of, item) : [];
      return own === undefined ? nothing() : yield* passing({ [bound]: Number(own) * value.times });
    }
  }
}

/** Returns the column of a model; undefined if it has none of the name. */
export function columnOf({ columns }: Model, name: string): Column | undefined {
  return columns?.find((column) => column.name === name);
}

/** Returns the values of an item in a column, none if it is empty. */
export function valuesAt(column: Column, item: number): FilterValue[] {
  if ("values" in column) {
    const value = column.values[item];
    return Number.isNaN(value) ? [] : [value];
  }
  const { offsets, codes, terms } = column;
  return Array.from(codes.subarray(offsets[item], offsets[item + 1]), (c) => stringAt(terms, c));
}

function inverted(flags: Uint8Array): Uint8Array {
  for (let i = 0; i < flags.length; i++) flags[i] ^= 1;
  return flags;
}

function withValue(column: Column): Uint8Array {
  if ("values" in column) {
    return Uint8Array.from(column.values, (value) => Number.isNaN(value) ? 0 : 1);
  }
  const { offsets } = column;
  return Uint8Array.from({ length: offsets.length - 1 }, (_, i) => +(offsets[i + 1] > offsets[i]));
}

function withTerms({ offsets, codes }: TermColumn, wanted: Uint8Array): Uint8Array {
  const flags = new Uint8Array(offsets.length - 1);
  for (let item = 0; item < flags.length; item++) {
    for (let e = offsets[item]; e < offsets[item + 1] && !flags[item]; e++) {
      flags[item] = wanted[codes[e]];
    }
  }
  return flags;
}

/** Returns a flag per term of a column, 1 if it contains the text. */
function* codesContaining(column: Column, text: string): Steps<Uint8Array> {
  const { terms } = column as TermColumn;
  const wanted = new Uint8Array(stringCount(terms));
  const sought = fold(text);
  for (const { text, first, starts } of yield* foldedTexts(terms)) {
    yield text.length * COST.searched;
    let term = 0;
    for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, starts[term])) {
      while (starts[term + 1] <= at) term++;
      wanted[first + term++] = 1;
      if (term >= starts.length - 1) break;
    }
  }
  return wanted;
}

function termsOnly(model: Model, column: Column, { pointer }: Test): TermColumn {
  if (!("values" in column)) return column;
  throw new FilterError(
    `The condition "contains" takes texts, and "${column.name}" is a column of ${column.kind}s.`,
    pointer,
    namesOf(model),
  );
}

function numbersOnly(model: Model, column: Column, { pointer }: Test): NumberColumn {
  if ("values" in column) return column;
  throw new FilterError(
    `A comparison with the requested item takes numbers or dates, and "${column.name}" is a ` +
      `column of ${column.kind}s: use same_as.`,
    pointer,
    namesOf(model),
  );
}

function namesOf({ columns = [] }: Model): string[] {
  return columns.map(({ name }) => name);
}

/** Returns the units of evaluating an expression for each request: those of its conditions on it. */
export function itemUnits(model: Model, node: Node): number {
  if (!comparesWithItem(node)) return 0;
  return nodesIn(node) * model.items.popularity.length * COST.checked * 2;
}

function nodesIn(node: Node): number {
  if (node.op === "not") return 1 + nodesIn(node.of);
  if (node.op !== "and" && node.op !== "or") return 1;
  return 1 + node.of.reduce((sum, part) => sum + nodesIn(part), 0);
}
