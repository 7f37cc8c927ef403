/** The price of a placement's rules: what they change in the lists of test users. */
import { inWords, type ItemNames, type Recommendation } from "../answer_steps.ts";
import { likenessIn } from "../diversify.ts";
import type { Column, Model, Rehearsal, Rehearsed, SparseRows, TermColumn } from "../model.ts";
import { allowedSteps, compileSteps, factorsSteps } from "../placements/compiled.ts";
import { columnOf } from "../placements/evaluate.ts";
import { parseExpression, testsIn } from "../placements/expression.ts";
import type { Logic, NamedPlacement, Placement } from "../placements/placement.ts";
import { type Candidate, type RuledQuestion, ruledSteps } from "../placements/ruled_ranking.ts";
import type { Steps } from "../steps.ts";
import { stringAt, stringCount } from "../string_table.ts";
import { COST, type Permit, rehearsingUnits } from "../work.ts";
import { longTail, ndcg, recall } from "./metrics.ts";

/** Length of the lists that the figures are of. */
const CUTOFF = 10;
/** Share of users whose lists may be too short. */
const MOST_SHORT = 0.05;
/** Number of values of a column whose shares are returned, and of users whose lists are. */
const MOST_VALUES = 10;
const EXAMPLES = 3;

/** Figures of the first ten, as means over the users; 0 to 1. */
export interface PriceFigures {
  ndcg: number;
  recall: number;
  /** Share of the catalogue that is in a list. */
  coverage: number;
  /** Share of items that are not among the most popular fifth. */
  long_tail: number;
}

/** A relative change with its 95 % interval: -0.031 is a loss of 3.1 %. */
export interface Change {
  change: number;
  low: number;
  high: number;
}

export interface Price {
  /** Whether it can be priced; otherwise `sentence` has the reason. */
  priced: boolean;
  sentence: string;
  users: number;
  before?: PriceFigures;
  after?: PriceFigures;
  /** Of NDCG@10, paired by user. */
  ndcg_change?: Change;
  /** Share of the places of the first ten by value of a column, those that change most first. */
  columns?: { column: string; values: { value: string; before: number; after: number }[] }[];
  examples?: { user_id: string; before: Recommendation[]; after: Recommendation[] }[];
}

export interface PriceOptions {
  placement: NamedPlacement;
  /** Length of the lists, at least 10. */
  n: number;
  hidden?: Uint8Array;
  erased?: ReadonlySet<string>;
  /** Milliseconds since 1970. */
  now: number;
  permit?: Permit;
}

/** Request that a logic's rules are rehearsed by. */
const REQUESTS: Partial<Record<Logic, Rehearsed>> = {
  for_you: "history",
  similar: "item",
  because_you: "item",
  bought_together: "cart",
};

/** Returns the price of a placement against the same logic without rules. */
export function* priceSteps(
  model: Model,
  rehearsal: Rehearsal | undefined,
  { placement, n, hidden = model.deleted, erased, now, permit }: PriceOptions,
): Steps<Price> {
  const { rules } = placement;
  const reason = unpriceable(rules) ?? (rehearsal ? undefined : NO_REHEARSAL);
  const by = REQUESTS[rules.logic];
  if (reason || !rehearsal || !by) return refused(reason ?? NO_REHEARSAL);
  const { users, held } = rehearsal;
  const { asked, candidates } = rehearsal.requests[by];
  const counted = Array.from({ length: stringCount(users) }, (_, user) => user).filter((user) =>
    sizeOf(candidates, user) > 0 && sizeOf(held, user) > 0 && !erased?.has(stringAt(users, user))
  );
  if (counted.length === 0) return refused("Cannot be priced: no test user is left.");
  const diversity = rules.diversity ?? 0;
  const compiled = yield* compileSteps(model, placement);
  permit?.({
    units: counted.length * compiled.units + rehearsingUnits(model, {
      ...{ users: counted.length, candidates: candidates.columns.length, n, diversity },
    }),
    bytes: 2 * EXAMPLES * CUTOFF * 200,
  });
  const plain = { ...compiled, pins: [], rules: { logic: rules.logic } };
  const likeness = diversity > 0 ? likenessIn(model) : undefined;
  const columns = columnsOf(model, rules);
  const [before, after] = [new Lists(model, columns), new Lists(model, columns)];
  let short = 0;
  for (const user of counted) {
    const items = rowOf(asked, user).map(({ item }) => item);
    const scores = rowOf(candidates, user);
    yield scores.length * COST.weighed;
    const item = by === "item" ? items[0] : undefined;
    const without: RuledQuestion = {
      compiled: plain,
      scores: { by: "list", scores },
      item,
      allowed: { excluded: hidden },
      hidden,
      barred: items,
      exclude: [],
      factors: undefined,
      rotated: undefined,
      diversity: 0,
      likeness: undefined,
      fill: undefined,
      leastScore: 0,
      n,
      shown: [],
      now,
    };
    const ruled: RuledQuestion = {
      ...without,
      compiled,
      allowed: yield* allowedSteps(model, compiled, { hidden, item }),
      factors: yield* factorsSteps(model, compiled, item),
      diversity,
      likeness,
    };
    const liked = new Set(rowOf(held, user).map(({ item }) => item));
    before.add((yield* ruledSteps(model, without)).list, liked);
    const { list } = yield* ruledSteps(model, ruled);
    if (list.length < n) short++;
    after.add(list, liked);
  }
  const share = short / counted.length;
  if (share > MOST_SHORT) {
    return refused(
      `Cannot be priced: for ${
        percent(share)
      } of the users, fewer than ${n} of the candidates that ` +
        "were kept at the training are left.",
    );
  }
  const change = relativeChange(before.ndcg, after.ndcg);
  if (!change) return refused("Cannot be priced: no list has an item that its user liked later.");
  const shares = columns.map((column, c) => ({
    column: column.name,
    values: sharesOf(column, c, { before, after }),
  }));
  return {
    priced: true,
    sentence: inSentence(change, shares, rules),
    users: counted.length,
    before: before.figures(),
    after: after.figures(),
    ndcg_change: change,
    columns: shares,
    examples: examplesOf(model, { users, counted, before, after }),
  };
}

const NO_REHEARSAL =
  "Cannot be priced: this version keeps no lists of test users. The next full training does, if " +
  "users liked something later than their history.";

/** Returns the reason why rules of a kind cannot be priced. */
function unpriceable({ logic, pins = [], seen, least_score }: Placement): string | undefined {
  const cannot = (reason: string) => `Cannot be priced: ${reason}.`;
  if (logic === "trending") return cannot("what is trending changes by the hour");
  if (logic === "new") return cannot("new items had no time to be liked by test users");
  if (!REQUESTS[logic]) return cannot(`the logic ${logic} does not rank by the model's candidates`);
  if (pins.length > 0) return cannot("pinned items do not depend on the user");
  if (seen && (seen.exclude !== "all" || seen.days !== undefined)) {
    return cannot("candidates are kept without the items that a user has had");
  }
  if (least_score) return cannot("the fallback after least_score is not among the kept candidates");
  return undefined;
}

function refused(sentence: string): Price {
  return { priced: false, sentence, users: 0 };
}

/** Lists of the users, with their sums. */
class Lists {
  readonly lists: (readonly Candidate[])[] = [];
  readonly ndcg: number[] = [];
  /** Number of places by code of a column's value. */
  readonly values: Map<number, number>[];
  readonly #model: Model;
  readonly #columns: readonly TermColumn[];
  readonly #tail: Uint8Array;
  readonly #listed: Uint8Array;
  #recall = 0;
  #longTail = 0;
  #places = 0;

  constructor(model: Model, columns: readonly TermColumn[]) {
    this.#model = model;
    this.#columns = columns;
    this.#tail = longTail(model.items.popularOrder);
    this.#listed = new Uint8Array(model.items.popularity.length);
    this.values = columns.map(() => new Map());
  }

  add(list: readonly Candidate[], liked: ReadonlySet<number>): void {
    const first = list.slice(0, CUTOFF);
    const hits = first.map(({ item }) => +liked.has(item));
    this.lists.push(first);
    this.#places += first.length;
    this.ndcg.push(ndcg(hits, liked.size, CUTOFF));
    this.#recall += recall(hits, liked.size, CUTOFF);
    let tail = 0;
    for (const { item } of first) {
      this.#listed[item] = 1;
      tail += this.#tail[item];
      this.#columns.forEach(({ offsets, codes }, c) => {
        for (const code of codes.subarray(offsets[item], offsets[item + 1])) {
          this.values[c].set(code, (this.values[c].get(code) ?? 0) + 1);
        }
      });
    }
    this.#longTail += tail / (first.length || 1);
  }

  figures(): PriceFigures {
    const users = this.lists.length;
    return {
      ndcg: sum(this.ndcg) / users,
      recall: this.#recall / users,
      coverage: sum(this.#listed) / Math.max(1, this.#model.items.popularity.length),
      long_tail: this.#longTail / users,
    };
  }

  /** Returns the share of places by value of a column. */
  shareOf(code: number, column: number): number {
    return (this.values[column].get(code) ?? 0) / Math.max(1, this.#places);
  }
}

/**
 * Returns the change of a mean relative to it, with the 95 % interval of a ratio of paired means by
 * the delta method (Cochran, Sampling Techniques, 1977, 6.4); undefined if the mean is 0.
 */
function relativeChange(before: readonly number[], after: readonly number[]): Change | undefined {
  const users = before.length;
  const mean = sum(before) / users;
  if (mean === 0) return undefined;
  const change = sum(after.map((value, i) => value - before[i])) / users / mean;
  const squares = sum(after.map((value, i) => (value - before[i] - change * before[i]) ** 2));
  const margin = users > 1 ? 1.96 * Math.sqrt(squares / (users - 1) / users) / mean : Infinity;
  const bound = (value: number) => Math.max(-1, Math.min(Number.MAX_VALUE, value));
  return { change, low: bound(change - margin), high: bound(change + margin) };
}

/** Returns the columns of terms that the rules name; without any, the first of the model. */
function columnsOf(model: Model, { filter, boost = [], at_most = [] }: Placement): TermColumn[] {
  const expressions = [...boost.map(({ when }) => when), ...(filter ? [filter] : [])];
  const names = [
    ...expressions.flatMap((one) => testsIn(parseExpression(one)).map(({ column }) => column)),
    ...at_most.map(({ column }) => column),
  ];
  const isTerms = (column: Column | undefined): column is TermColumn =>
    column !== undefined && "codes" in column;
  const named = [...new Set(names)].map((name) => columnOf(model, name)).filter(isTerms);
  return named.length > 0 ? named : (model.columns ?? []).filter(isTerms).slice(0, 1);
}

type Shares = NonNullable<Price["columns"]>;

function sharesOf(
  { terms }: TermColumn,
  place: number,
  { before, after }: { before: Lists; after: Lists },
): Shares[number]["values"] {
  return [...new Set([...before.values[place].keys(), ...after.values[place].keys()])]
    .map((code) => ({
      value: stringAt(terms, code),
      before: before.shareOf(code, place),
      after: after.shareOf(code, place),
    }))
    .sort((a, b) =>
      Math.abs(b.after - b.before) - Math.abs(a.after - a.before) ||
      (b.after - b.before) - (a.after - a.before)
    )
    .slice(0, MOST_VALUES);
}

/** Returns the price as a sentence. */
function inSentence({ change, low, high }: Change, shares: Shares, rules: Placement): string {
  const [least, most] = change < 0 ? [-high, -low] : [low, high];
  const interval = `(${figure(least)} to ${figure(most)})`;
  const costs = change === 0 && low === 0 && high === 0
    ? "Costs 0 % of NDCG@10"
    : change <= 0
    ? `Costs ${figure(-change)} % of NDCG@10 ${interval}`
    : `Raises NDCG@10 by ${figure(change)} % ${interval}`;
  const moved = shares
    .flatMap(({ column, values }) => values.slice(0, 1).map((value) => ({ column, ...value })))
    .find(({ before, after }) => percent(before) !== percent(after));
  const moves = moved
    ? `, ${moved.after > moved.before ? "raises" : "lowers"} ${moved.column} ${moved.value} from ` +
      `${percent(moved.before)} to ${percent(moved.after)}`
    : "";
  return `${costs}${moves}.${rules.rotation ? " Rotation is not counted." : ""}`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function figure(share: number): string {
  return (Math.round(1_000 * share) / 10 + 0).toFixed(1);
}

/** Returns the lists of the first users whose lists change, or else of the first. */
function examplesOf(
  model: Model,
  { users, counted, before, after }: {
    users: Rehearsal["users"];
    counted: readonly number[];
    before: Lists;
    after: Lists;
  },
): NonNullable<Price["examples"]> {
  const names = new Map<number, ItemNames>();
  const words = (list: readonly Candidate[]) =>
    list.map(({ item, score }) => inWords(model, { item, score }, names));
  const isChanged = (at: number) =>
    after.lists[at].some(({ item }, place) => before.lists[at][place]?.item !== item);
  const places = [...counted.keys()];
  const changed = places.filter(isChanged);
  return [...changed, ...places.filter((at) => !isChanged(at))].slice(0, EXAMPLES).map((at) => ({
    user_id: stringAt(users, counted[at]),
    before: words(before.lists[at]),
    after: words(after.lists[at]),
  }));
}

function sizeOf({ offsets }: SparseRows, row: number): number {
  return offsets[row + 1] - offsets[row];
}

function rowOf({ offsets, columns, values }: SparseRows, row: number) {
  const [start, end] = [offsets[row], offsets[row + 1]];
  return Array.from(
    columns.subarray(start, end),
    (item, e) => ({ item, score: values[start + e] }),
  );
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}
