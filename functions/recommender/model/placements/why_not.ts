/** Explains why an item is not in a visitor's list by a placement. */
import type { Model } from "../model.ts";
import { itemOf, quoted, UnknownItemError } from "../request.ts";
import type { Id } from "../request.ts";
import type { Steps } from "../steps.ts";
import { stringAt } from "../string_table.ts";
import type { PlacementRequest } from "./logics.ts";
import { type PlacementOptions, questionsSteps } from "./placement_steps.ts";
import { type RuledQuestion, ruledSteps } from "./ruled_ranking.ts";

/** Reasons why an item is not in a list, in the order in which they are checked. */
export const ABSENCE_REASONS = [
  "hidden",
  "seen",
  "filter",
  "below_n",
  "buried",
  "rotation",
  "diversity",
  "at_most",
  "pins",
] as const;

export type AbsenceReason = typeof ABSENCE_REASONS[number];

/** Position of an item in a list, or the reason why it is not there. */
export interface Absence {
  item_id: string;
  item_title: string;
  /** Position in the list from 1; null if it is not in it. */
  position: number | null;
  /** Position and score without the rules, among the items that are not left out; null beyond 1,000. */
  rank_without_rules: number | null;
  score_without_rules: number | null;
  /** Null if it is in the list. */
  reason: AbsenceReason | null;
  /** The same as a sentence. */
  sentence: string;
}

/** Number of positions without rules that are looked at. */
const MOST_RANKED = 1_000;

/**
 * Returns the first rule that keeps an item out of the list of a request: the rules are added one by
 * one, in their order, until the list does not have it any more.
 * @throws {UnknownItemError} if the catalogue does not have it.
 */
export function* whyNotSteps(
  model: Model,
  { missing, request }: { missing: Id; request: PlacementRequest },
  options: PlacementOptions,
): Steps<Absence> {
  const item = itemOf(model, missing);
  if (item < 0) {
    throw new UnknownItemError([], `The catalogue has no item with the id ${quoted(missing)}.`);
  }
  const { questions: [question], unknown } = yield* questionsSteps(model, request, options);
  const named = {
    item_id: stringAt(model.items.ids, item),
    item_title: stringAt(model.items.titles, item),
  };
  const absent = (
    reason: AbsenceReason,
    sentence: string,
    without?: { rank: number; score: number },
  ): Absence => ({
    ...named,
    position: null,
    rank_without_rules: without?.rank ?? null,
    score_without_rules: without?.score ?? null,
    reason,
    sentence,
  });
  const { hidden = model.deleted, placement: { rules } } = options;
  if (hidden?.[item]) return absent("hidden", "It is hidden or deleted.");
  if (!question) return absent("below_n", `${unknown} The placement has no fallback.`);
  if (isSeen(question, item)) {
    return absent("seen", "This visitor has had it, or the request names it: see the rule seen.");
  }
  const plain: RuledQuestion = {
    ...question,
    compiled: { ...question.compiled, pins: [], rules: { logic: rules.logic } },
    allowed: { excluded: hidden },
    factors: undefined,
    rotated: undefined,
    diversity: 0,
    leastScore: 0,
  };
  const { list } = yield* ruledSteps(model, { ...plain, n: MOST_RANKED });
  const place = list.findIndex((one) => one.item === item);
  const without = place < 0 ? undefined : { rank: place + 1, score: list[place].score };
  if (question.allowed.excluded?.[item] || question.exclude.includes(item)) {
    return absent("filter", filterSentence(question, item), without);
  }

  const { compiled, n } = question;
  const factor = question.factors?.[item] ?? 1;
  /** Rules added from one list to the next, with the reason if the next does not have the item. */
  const stages: { add: Partial<RuledQuestion>; reason: AbsenceReason; sentence: string }[] = [
    {
      add: { allowed: question.allowed, leastScore: question.leastScore },
      reason: "below_n",
      sentence: without
        ? `Without rules it is number ${without.rank}, and the list has ${n} items.`
        : `Without rules it is not among the first ${MOST_RANKED.toLocaleString("en")}.`,
    },
    {
      add: { factors: question.factors },
      reason: "buried",
      sentence: factor < 1
        ? `Its score is multiplied by ${rounded(factor)}.`
        : "Items with a larger boost come before it.",
    },
    {
      add: { rotated: question.rotated },
      reason: "rotation",
      sentence: "It was shown to this visitor lately, so it sinks.",
    },
    {
      add: { diversity: question.diversity },
      reason: "diversity",
      sentence: "It is too similar to items before it.",
    },
    {
      add: { compiled: { ...plain.compiled, rules: { ...rules, pins: undefined } } },
      reason: "at_most",
      sentence: limitSentence(question),
    },
    {
      add: { compiled },
      reason: "pins",
      sentence: "Pinned items take the positions before it.",
    },
  ];
  let asked = plain;
  let lost: typeof stages[number] | undefined;
  let position = -1;
  for (const stage of stages) {
    asked = { ...asked, ...stage.add };
    const was = position;
    const { list } = yield* ruledSteps(model, asked);
    position = list.findIndex((one) => one.item === item);
    if (position < 0 && (was >= 0 || !lost)) lost = stage;
  }
  if (position < 0) return absent(lost!.reason, lost!.sentence, without);
  return {
    ...named,
    position: position + 1,
    rank_without_rules: without?.rank ?? null,
    score_without_rules: without?.score ?? null,
    reason: null,
    sentence: `It is number ${position + 1} of the list.`,
  };
}

/** Whether the visitor's history or the request's own items leave an item out. */
function isSeen({ barred, scores }: RuledQuestion, item: number): boolean {
  if (barred.includes(item)) return true;
  if (scores.by === "list") return false;
  const { item: requested, history, includeSeen } = scores.question;
  if (requested === item) return true;
  return !includeSeen && Array.from(history?.items ?? []).includes(item);
}

function filterSentence({ compiled, exclude }: RuledQuestion, item: number): string {
  if (exclude.includes(item)) return "The request excludes it.";
  if (compiled.passing?.[item] === 0) return "It does not pass the filter of the placement.";
  return compiled.ofItem.filter
    ? "It does not pass the filter, compared with the requested item."
    : `The logic ${compiled.rules.logic} or the request's filter leaves it out.`;
}

function limitSentence({ compiled: { rules: { at_most = [] } } }: RuledQuestion): string {
  const limits = at_most.map(({ column, most, first }) =>
    `at most ${most} of the first ${first} items share a value of "${column}"`
  );
  return `Others with its value come before it: ${limits.join(", ")}.`;
}

function rounded(factor: number): number {
  return Math.round(factor * 1_000) / 1_000;
}
