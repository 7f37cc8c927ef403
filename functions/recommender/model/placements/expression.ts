/**
 * Language of conditions on items, for filters, boosts and pins. A filter of a request is an
 * expression, too. There are no regular expressions, and size and depth are bounded.
 *
 *     { and: [{ brand: ["Acme", "Bolt"] }, { or: [{ price: { lt: 20 } }, { sale: true }] }] }
 *     { not: { genre: "Horror" } }
 *     { image: { exists: true } }
 *     { title: { contains: "usb-c" } }
 *     { price: { lte: { item: "price", times: 1.2 } }, brand: { same_as: "item" } }
 */
import type { FilterValue } from "../filter.ts";

/** An expression as JSON. Several columns in one object are joined by AND. */
export type Expression = { [name: string]: unknown };

/** A parsed expression. */
export type Node =
  | { op: "and"; of: Node[] }
  | { op: "or"; of: Node[] }
  | { op: "not"; of: Node }
  | Test;

/** A condition on one column; `pointer` is its place in the expression. */
export type Test =
  & { column: string; pointer: string }
  & (
    /** One of the values. */
    | { op: "in"; values: FilterValue[] }
    | { op: "exists"; exists: boolean }
    /** A text that contains another, ignoring case and accents. */
    | { op: "contains"; text: string }
    /** A comparison with a value, or with a column of the requested item times a factor. */
    | { op: "bound"; bound: Bound; value: FilterValue | OfItem }
    /** The value of the requested item, or any of its values. */
    | { op: "same_as" }
  );

export interface OfItem {
  item: string;
  times: number;
}

export type Bound = typeof BOUNDS[number];

export const BOUNDS = ["eq", "gt", "gte", "lt", "lte"] as const;

/** Maximum numbers of operators and conditions, of nested operators, and of values. */
export const MOST_NODES = 64;
export const MOST_DEPTH = 8;
export const MOST_VALUES = 1_000;

const LONGEST_TEXT = 1_000;
const MEMBERS = ["in", "exists", "contains", "same_as", ...BOUNDS];

/** An expression that is not valid for any model. */
export class ExpressionError extends Error {
  override name = "ExpressionError";
  constructor(
    message: string,
    /** JSON pointer into the expression. */
    readonly pointer: string,
  ) {
    super(message);
  }
}

/**
 * Parses an expression.
 * @throws {ExpressionError} if it is too large, or no valid expression.
 */
export function parseExpression(expression: unknown): Node {
  let nodes = 0;
  const counted = <Kind extends Node>(node: Kind, pointer: string): Kind => {
    if (++nodes > MOST_NODES) {
      throw new ExpressionError(`has at most ${MOST_NODES} operators and conditions`, pointer);
    }
    return node;
  };
  return nodeOf(expression, { pointer: "", depth: 1, counted });
}

interface Place {
  pointer: string;
  depth: number;
  counted<Kind extends Node>(node: Kind, pointer: string): Kind;
}

function nodeOf(value: unknown, place: Place): Node {
  const { pointer, depth, counted } = place;
  if (!isObject(value)) throw new ExpressionError("must be an object", pointer);
  if (depth > MOST_DEPTH) {
    throw new ExpressionError(`has at most ${MOST_DEPTH} nested operators`, pointer);
  }
  const names = Object.keys(value);
  if (names.length === 0) throw new ExpressionError("must name a column or operator", pointer);
  const parts = names.flatMap((name): Node[] => {
    const own = value[name];
    const at = { ...place, pointer: `${pointer}/${escaped(name)}`, depth: depth + 1 };
    if ((name === "and" || name === "or") && isListOfObjects(own)) {
      const of = own.map((part, i) => nodeOf(part, { ...at, pointer: `${at.pointer}/${i}` }));
      return [counted({ op: name, of }, at.pointer)];
    }
    if (name === "not" && isObject(own) && !isCondition(own)) {
      return [counted({ op: "not", of: nodeOf(own, at) }, at.pointer)];
    }
    return testsOf(name, own, at.pointer).map((test) => counted(test, at.pointer));
  });
  return parts.length === 1 ? parts[0] : { op: "and", of: parts };
}

function testsOf(column: string, condition: unknown, pointer: string): Test[] {
  const at = { column, pointer };
  if (isScalar(condition)) return [{ ...at, op: "in", values: [condition] }];
  if (Array.isArray(condition)) return [{ ...at, op: "in", values: valuesOf(condition, pointer) }];
  if (!isObject(condition)) {
    throw new ExpressionError("must be a value, a list of values, or an object", pointer);
  }
  const members = Object.entries(condition);
  if (members.length === 0) throw new ExpressionError(`takes ${MEMBERS.join(", ")}`, pointer);
  return members.map(([name, value]): Test => {
    const member = `${pointer}/${escaped(name)}`;
    const own = { column, pointer: member };
    if (name === "in") return { ...own, op: "in", values: valuesOf(value, member) };
    if (name === "exists") {
      if (typeof value === "boolean") return { ...own, op: "exists", exists: value };
      throw new ExpressionError("must be true or false", member);
    }
    if (name === "contains") {
      if (typeof value === "string" && value.trim() !== "" && value.length <= LONGEST_TEXT) {
        return { ...own, op: "contains", text: value.trim() };
      }
      throw new ExpressionError(`must be a text of 1 to ${LONGEST_TEXT} characters`, member);
    }
    if (name === "same_as") {
      if (value === "item") return { ...own, op: "same_as" };
      throw new ExpressionError('must be "item"', member);
    }
    const bound = BOUNDS.find((bound) => bound === name);
    if (!bound) throw new ExpressionError(`takes ${MEMBERS.join(", ")}, not "${name}"`, pointer);
    return { ...own, op: "bound", bound, value: isScalar(value) ? value : ofItem(value, member) };
  });
}

function ofItem(value: unknown, pointer: string): OfItem {
  const { item, times = 1, ...others } = isObject(value) ? value : {};
  if (
    typeof item !== "string" || !Number.isFinite(times) || Object.keys(others).length > 0
  ) {
    throw new ExpressionError(
      "must be a value, or {item: a column of the requested item, times: a factor}",
      pointer,
    );
  }
  return { item, times: times as number };
}

function valuesOf(values: unknown, pointer: string): FilterValue[] {
  if (!Array.isArray(values) || values.length === 0 || values.length > MOST_VALUES) {
    throw new ExpressionError(`must be a list of 1 to ${MOST_VALUES} values`, pointer);
  }
  const other = values.findIndex((value) => !isScalar(value));
  if (other < 0) return values;
  throw new ExpressionError("must be a text, a number or a boolean", `${pointer}/${other}`);
}

function isScalar(value: unknown): value is FilterValue {
  return typeof value === "boolean" || Number.isFinite(value) ||
    (typeof value === "string" && value.length <= LONGEST_TEXT);
}

function isObject(value: unknown): value is Expression {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a list is one of expressions, not of the values of a column named "and" or "or". */
function isListOfObjects(value: unknown): value is Expression[] {
  return Array.isArray(value) && value.length > 0 && value.every(isObject);
}

/** Whether an object is a condition on a column named "not", not an expression. */
function isCondition(value: Expression): boolean {
  const names = Object.keys(value);
  return names.length > 0 && names.every((name) => MEMBERS.includes(name));
}

function escaped(name: string): string {
  return name.slice(0, 200).replaceAll("~", "~0").replaceAll("/", "~1");
}

/** Returns the conditions of an expression, in its order. */
export function testsIn(node: Node): Test[] {
  if (node.op === "and" || node.op === "or") return node.of.flatMap(testsIn);
  return node.op === "not" ? testsIn(node.of) : [node];
}

/** Whether an expression compares with the requested item. */
export function comparesWithItem(node: Node): boolean {
  return testsIn(node).some((test) =>
    test.op === "same_as" || (test.op === "bound" && typeof test.value === "object")
  );
}
