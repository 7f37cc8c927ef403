/** Resolves the history of a request, and item ids to catalogue indices. */
import { type Liking, opinionBy } from "./history/liking.ts";
import { sentHistory } from "./history/sent_history.ts";
import type { Model } from "./model.ts";
import type { History } from "./rank.ts";
import {
  type Id,
  itemOf,
  personId,
  personOf,
  quoted,
  type RecommendationRequest,
  sendsHistory,
  type SentItem,
} from "./request.ts";
import type { Steps } from "./steps.ts";
import { indexOfString } from "./string_table.ts";
import { COST } from "./work.ts";

/** The history of a request; `unknown` is a sentence if one was requested but nothing is known. */
export interface AskedHistory {
  history?: History;
  unknown?: string;
}

/** Number of ids looked up per step. */
const IDS_PER_STEP = 500;

/** Returns the history sent with the request, otherwise the stored history of its user. */
export function* askedHistory(
  model: Model,
  request: Pick<RecommendationRequest, "user_id" | "anonymous_id" | "history">,
): Steps<AskedHistory> {
  if (!sendsHistory(request)) return storedHistory(model, request);
  const sent = request.history!.map((entry): SentItem =>
    typeof entry === "object" ? entry : { item_id: entry }
  );
  const found = yield* indicesOf(model, sent.map(({ item_id }) => item_id));
  const positions = [...found.keys()].filter((position) => found[position] >= 0);
  if (positions.length === 0) return { unknown: "The catalogue contains no item of the history." };
  yield positions.length * COST.joined;
  const { liking, reading } = model.manifest;
  if (reading) {
    const rows = positions.map((position) => ({ item: found[position], sent: sent[position] }));
    return { history: sentHistory(rows, reading) };
  }
  const weightOf = weightsBy(liking, sent);
  return {
    history: {
      items: positions.map((position) => found[position]),
      weights: positions.map((position) => weightOf(sent[position])),
    },
  };
}

/**
 * Returns the weight function of a sent history for models before version 3: the item's weight if
 * given, otherwise that of its rating under the training's liking rule, otherwise 1. If that rule
 * is "all", the sent ratings are compared with their own mean.
 */
function weightsBy(liking: Liking | undefined, sent: readonly SentItem[]) {
  const own = { sum: 0, count: 0 };
  for (const { rating } of sent) {
    if (typeof rating !== "number") continue;
    own.sum += rating;
    own.count++;
  }
  const rule: Liking = liking && liking.rule !== "all"
    ? liking
    : { rule: "own_mean", mean: own.sum / Math.max(own.count, 1) };
  const opinion = opinionBy(rule, own);
  return ({ weight, rating }: SentItem): number => {
    if (typeof weight === "number") return weight;
    if (typeof rating !== "number") return 1;
    const value = opinion(rating);
    return value > 0 ? 1 : value;
  };
}

/** Returns the stored history of a user; empty if the request names no user. */
export function storedHistory(
  model: Model,
  { user_id, anonymous_id }: Pick<RecommendationRequest, "user_id" | "anonymous_id">,
): AskedHistory {
  if (model.manifest.model_type === "CONTENT") return {};
  const person = personOf({ user_id, anonymous_id });
  if (!person) return {};
  const { users } = model;
  const user = users ? indexOfString(users.ids, personId(person)) : -1;
  if (!users || user < 0) {
    const unknown = person.anonymous
      ? "This visitor has no history."
      : "The training data did not contain this user.";
    return { unknown };
  }
  const { offsets, columns, values } = users.histories;
  const [start, end] = [offsets[user], offsets[user + 1]];
  if (start === end) return { unknown: `The user ${quoted(person.person)} has no history.` };
  return { history: { items: columns.subarray(start, end), weights: values.subarray(start, end) } };
}

/** Returns the catalogue indices of the known ids. */
export function* knownItems(model: Model, ids: readonly Id[]): Steps<number[]> {
  return (yield* indicesOf(model, ids)).filter((item) => item >= 0);
}

/** Returns the catalogue indices of ids, −1 for unknown ones. */
function* indicesOf(model: Model, ids: readonly Id[]): Steps<number[]> {
  const indices: number[] = [];
  for (let start = 0; start < ids.length; start += IDS_PER_STEP) {
    const together = ids.slice(start, start + IDS_PER_STEP);
    yield together.length * COST.lookup;
    for (const id of together) indices.push(itemOf(model, id));
  }
  return indices;
}
