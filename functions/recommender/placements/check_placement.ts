/** Checks a placement before it is saved: against its own rules, and against the model's columns. */
import { nearestName } from "../../http/nearest_name.ts";
import type { InputError } from "../../http/problem.ts";
import { FilterError } from "../model/filter.ts";
import type { Model } from "../model/model.ts";
import { compileSteps } from "../model/placements/compiled.ts";
import { passingSteps } from "../model/placements/evaluate.ts";
import {
  comparesWithItem,
  type Expression,
  ExpressionError,
  type Node,
  parseExpression,
  type Test,
  testsIn,
} from "../model/placements/expression.ts";
import type { Logic, Placement } from "../model/placements/placement.ts";
import { itemOf } from "../model/request.ts";
import { finished } from "../model/steps.ts";

/** Logics whose scores are not those of the model. */
const UNSCORED: readonly Logic[] = [
  "trending",
  "popular",
  "recently_viewed",
  "buy_again",
  "personal_order",
];

/**
 * Returns all faults of a placement, each with its place; none if it may be saved.
 * @param model the served model; without one, columns and items are not checked.
 */
export function faultsOf(rules: Placement, model: Model | undefined): InputError[] {
  const expressions = expressionsOf(rules);
  const parsed = new Map<string, Node>();
  const faults: InputError[] = [];
  for (const [pointer, expression] of expressions) {
    try {
      parsed.set(pointer, parseExpression(expression));
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      faults.push({ pointer: pointer + error.pointer, detail: error.message });
    }
  }
  faults.push(...contradictions(rules));
  for (const [pointer, node] of parsed) faults.push(...impossible(node, pointer));
  if (!model || faults.length > 0) return faults;
  faults.push(...unknownColumns(rules, parsed, model));
  if (faults.length > 0) return faults;
  return unfit(rules, parsed, model);
}

/** Returns the expressions of a placement by their place. */
function expressionsOf({ filter, boost = [], pins = [] }: Placement): [string, Expression][] {
  return [
    ...(filter ? [["/filter", filter] as [string, Expression]] : []),
    ...boost.map(({ when }, i): [string, Expression] => [`/boost/${i}/when`, when]),
    ...pins.flatMap(({ filter }, i): [string, Expression][] =>
      filter ? [[`/pins/${i}/filter`, filter]] : []
    ),
  ];
}

/** Returns rules that contradict each other, or have no effect. */
function contradictions(rules: Placement): InputError[] {
  const { logic, boost = [], at_most = [], pins = [], fallback, least_score } = rules;
  const faults: InputError[] = [];
  const refuse = (pointer: string, detail: string) => faults.push({ pointer, detail });
  if (fallback === logic) refuse("/fallback", `is the logic itself: choose another, or none`);
  if (least_score !== undefined && UNSCORED.includes(logic)) {
    refuse("/least_score", `has no effect with the logic ${logic}, which has no scores of a model`);
  }
  if (rules.lists !== undefined && logic !== "because_you") {
    refuse("/lists", `has an effect only with the logic because_you`);
  }
  if (rules.days !== undefined && logic !== "new") {
    refuse("/days", `has an effect only with the logic new`);
  }
  if (rules.seen?.exclude === "none" && rules.seen.days !== undefined) {
    refuse("/seen/days", `contradicts "none": name what is left out within these days`);
  }
  boost.forEach(({ when, times }, i) => {
    if (times === 1) refuse(`/boost/${i}/times`, "has no effect at 1");
    const same = boost.findIndex((other) => JSON.stringify(other.when) === JSON.stringify(when));
    if (same < i) {
      refuse(`/boost/${i}/when`, `is the same as that of /boost/${same}: use one factor for both`);
    }
  });
  at_most.forEach(({ column, most, first }, i) => {
    if (most >= first) refuse(`/at_most/${i}/most`, `must be below first, which is ${first}`);
    const same = at_most.findIndex((one) => one.column === column && one.first === first);
    if (same < i) refuse(`/at_most/${i}`, `limits what /at_most/${same} does`);
  });
  pins.forEach((pin, i) => {
    if ((pin.item_id === undefined) === (pin.filter === undefined)) {
      refuse(`/pins/${i}`, "must have either item_id or filter");
    }
    if (pin.from && pin.to && Date.parse(pin.from) >= Date.parse(pin.to)) {
      refuse(`/pins/${i}/to`, "must be after from");
    }
    const other = pins.findIndex((other) =>
      overlaps(other, pin) && (other.position === pin.position ||
        (pin.item_id !== undefined && other.item_id === pin.item_id))
    );
    if (other >= 0 && other < i) {
      refuse(
        `/pins/${i}`,
        pins[other].position === pin.position
          ? `is at the position of /pins/${other} at the same time`
          : `pins the item of /pins/${other} at the same time`,
      );
    }
  });
  return faults;
}

type Period = { from?: string; to?: string };

function overlaps(a: Period, b: Period): boolean {
  const from = (time: string | undefined) => time === undefined ? -Infinity : Date.parse(time);
  const to = (time: string | undefined) => time === undefined ? Infinity : Date.parse(time);
  return from(a.from) < to(b.to) && from(b.from) < to(a.to);
}

/** Returns bounds of one column, joined by AND, that no value passes. */
function impossible(node: Node, pointer: string): InputError[] {
  if (node.op === "or") return node.of.flatMap((part) => impossible(part, pointer));
  if (node.op === "not") return impossible(node.of, pointer);
  if (node.op !== "and") return [];
  const faults = node.of.flatMap((part) => impossible(part, pointer));
  const bounds = node.of.filter((part): part is Extract<Test, { op: "bound" }> =>
    part.op === "bound" && typeof part.value === "number"
  );
  for (const column of new Set(bounds.map(({ column }) => column))) {
    const own = bounds.filter((bound) => bound.column === column);
    const low = own.filter(({ bound }) => bound !== "lt" && bound !== "lte");
    const high = own.filter(({ bound }) => bound !== "gt" && bound !== "gte");
    for (const a of low) {
      const b = high.find((b) => {
        const isStrict = a.bound === "gt" || b.bound === "lt";
        return isStrict ? a.value >= b.value : a.value > b.value;
      });
      if (!b || a === b) continue;
      faults.push({
        pointer: pointer + a.pointer,
        detail: `contradicts ${pointer}${b.pointer}: no value of "${column}" passes both`,
      });
    }
  }
  return faults;
}

function unknownColumns(
  { at_most = [] }: Placement,
  parsed: ReadonlyMap<string, Node>,
  model: Model,
): InputError[] {
  const known = (model.columns ?? []).map(({ name }) => name);
  const named = [
    ...at_most.map(({ column }, i) => ({ column, pointer: `/at_most/${i}/column` })),
    ...[...parsed].flatMap(([pointer, node]) =>
      testsIn(node).flatMap((test) => [
        { column: test.column, pointer: pointer + test.pointer },
        ...(test.op === "bound" && typeof test.value === "object"
          ? [{ column: test.value.item, pointer: `${pointer}${test.pointer}/item` }]
          : []),
      ])
    ),
  ];
  return named.filter(({ column }) => !known.includes(column)).map(({ column, pointer }) => {
    const reason = model.manifest.unfilterable?.find(({ name }) => name === column)?.reason;
    if (reason) return { pointer, detail: `cannot use the column "${column}": ${reason}` };
    const nearest = nearestName(column, known);
    const hint = nearest !== undefined
      ? `did you mean "${nearest}"?`
      : known.length > 0
      ? `they have ${known.slice(0, 20).map((name) => `"${name}"`).join(", ")}.`
      : "they have no column to use in rules.";
    return { pointer, detail: `the items have no column "${column.slice(0, 200)}"; ${hint}` };
  });
}

/** Returns conditions that do not fit their columns, and pins that the catalogue or filter excludes. */
function unfit(
  rules: Placement,
  parsed: ReadonlyMap<string, Node>,
  model: Model,
): InputError[] {
  const faults: InputError[] = [];
  for (const [pointer, node] of parsed) {
    try {
      finished(passingSteps(model, node, comparesWithItem(node) ? 0 : undefined));
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
      faults.push({ pointer: pointer + error.pointer, detail: error.message });
    }
  }
  if (faults.length > 0) return faults;
  const { passing } = finished(compileSteps(model, { name: "", version: 0, rules }));
  (rules.pins ?? []).forEach(({ item_id }, i) => {
    if (item_id === undefined) return;
    const item = itemOf(model, item_id);
    if (item < 0 || model.deleted?.[item]) {
      faults.push({ pointer: `/pins/${i}/item_id`, detail: "is not in the catalogue" });
    } else if (passing && !passing[item]) {
      faults.push({
        pointer: `/pins/${i}/item_id`,
        detail: "does not pass the filter of the placement, so it would never be shown",
      });
    }
  });
  return faults;
}
