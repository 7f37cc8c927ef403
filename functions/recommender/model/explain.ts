/** Explains a recommendation: the parts of its score, and a sentence. */
import type { Model, SparseRows, TermColumn } from "./model.ts";
import type { Question, Ranked, ScaledRanking } from "./rank.ts";
import { stringAt } from "./string_table.ts";

export interface Explanation {
  /** Terms of the score's sum, largest first; empty if no row contributes. */
  parts: Part[];
  /** Column values that the requested and the recommended item have in common. */
  shared?: { column: string; terms: string[] }[];
  /** The same as a sentence: "because of Heat (1995) and Casino (1995)". */
  reason: string;
}

/** Contribution of one item, of the history or the requested one, to a score. */
export interface Part {
  from: "history" | "item";
  item_id: string;
  item_title: string;
  score: number;
}

/** Maximum numbers of history items and shared terms that a sentence names. */
const NAMED_ITEMS = 2;
const NAMED_TERMS = 3;

/**
 * Returns a function that explains the items of a ranking by `rankScaled`.
 *
 *     score(j) = Σ_h historyScale · w_h · W[h, j] + itemScale · S[i, j]
 *
 * @param options.namesHistory false omits the parts and names of history items: for callers that
 * may see recommendations but not the history.
 */
export function explainer(
  model: Model,
  { item, history }: Pick<Question, "item" | "history">,
  { historyScale, itemScale, namesHistory = true }:
    & Pick<ScaledRanking, "historyScale" | "itemScale">
    & { namesHistory?: boolean },
): (ranked: Ranked) => Explanation {
  const weights = new Map<number, number>();
  for (let h = 0; h < (history?.items.length ?? 0); h++) {
    const historyItem = history!.items[h];
    weights.set(historyItem, (weights.get(historyItem) ?? 0) + (history!.weights?.[h] ?? 1));
  }
  const rejected = new Set(
    [...weights].filter(([, weight]) => weight < 0).map(([historyItem]) =>
      stringAt(model.items.ids, historyItem)
    ),
  );
  const partOf = (from: Part["from"], of: number, score: number): Part => ({
    from,
    item_id: stringAt(model.items.ids, of),
    item_title: stringAt(model.items.titles, of),
    score,
  });
  return (ranked) => {
    const parts: Part[] = [];
    for (const [historyItem, weight] of weights) {
      const score = historyScale * weight * weightAt(model, historyItem, ranked.item);
      if (score !== 0) parts.push(partOf("history", historyItem, score));
    }
    if (item !== undefined) {
      const score = itemScale * similarityAt(model, item, ranked.item);
      if (score !== 0) parts.push(partOf("item", item, score));
    }
    parts.sort((a, b) => b.score - a.score);
    const shared = item === undefined ? [] : sharedTerms(model, item, ranked.item);
    return {
      parts: namesHistory ? parts : parts.filter(({ from }) => from === "item"),
      ...(shared.length > 0 && { shared }),
      reason: ranked.score > 0 && parts.length > 0
        ? reasonFor(parts, shared, { model, namesHistory, rejected })
        : reasonWithout(model, ranked, { history: weights.size > 0, item }),
    };
  };
}

/** Returns the reason for a positive score; the largest contribution comes first. */
function reasonFor(
  parts: Part[],
  shared: Explanation["shared"] & object,
  { model, namesHistory, rejected }: {
    model: Model;
    namesHistory: boolean;
    /** Ids of the history's items that were rejected. */
    rejected: ReadonlySet<string>;
  },
): string {
  const positive = parts.filter(({ score }) => score > 0);
  const history = positive.filter(({ from }) => from === "history");
  const liked = history.filter(({ item_id }) => !rejected.has(item_id)).slice(0, NAMED_ITEMS);
  const itemPart = positive.find(({ from }) => from === "item");
  const clauses: string[] = [];
  if (liked.length > 0) {
    const names = liked.map(({ item_title }) => item_title).join(" and ");
    clauses.push(`because of ${namesHistory ? names : "this user's history"}`);
  } else if (history.length > 0) {
    const [{ item_title }] = history;
    clauses.push(`unlike ${namesHistory ? item_title : "items that this user rejected"}`);
  }
  if (itemPart) {
    const terms = shared.flatMap(({ terms }) => terms).slice(0, NAMED_TERMS).join(", ");
    const described = model.manifest.model_type === "CONTENT" ? "is described like" : "goes with";
    clauses.push(
      terms === ""
        ? `${described} ${itemPart.item_title}`
        : `shares ${terms} with ${itemPart.item_title}`,
    );
  }
  return (positive[0]?.from === "item" ? clauses.reverse() : clauses).join("; ");
}

/** Returns the reason for an item whose score is 0 or negative. */
function reasonWithout(
  { items }: Model,
  { item, score }: Ranked,
  known: { history: boolean; item?: number },
): string {
  const label = score === 0 && items.popularity[item] > 0 ? "popular here" : "fills the list";
  const from = [
    ...(known.history ? ["this user's history"] : []),
    ...(known.item === undefined ? [] : [stringAt(items.titles, known.item)]),
  ];
  if (from.length === 0) return `${label}: nothing is known about this user yet`;
  if (score === 0) return `${label}: nothing links it to ${from.join(" or to ")}`;
  return `${label}: ${from.join(" and ")} ${from.length > 1 ? "lower" : "lowers"} its score`;
}

/** Returns terms that both items have, by column; list columns first, as the most informative. */
function sharedTerms(model: Model, a: number, b: number): { column: string; terms: string[] }[] {
  const columns = (model.columns ?? []).filter((column) => "codes" in column);
  const lists = columns.filter(({ kind }) => kind === "list");
  const texts = columns.filter(({ kind }) => kind === "text");
  return [...lists, ...texts].map(({ name, terms, offsets, codes }: TermColumn) => {
    const own = codes.subarray(offsets[a], offsets[a + 1]);
    const common = codes.subarray(offsets[b], offsets[b + 1]).filter((code) => own.includes(code));
    return { column: name, terms: Array.from(common, (code) => stringAt(terms, code)) };
  }).filter(({ terms }) => terms.length > 0);
}

/** Returns what an item of the history adds to another item's score. */
function weightAt({ weights, added }: Model, from: number, to: number): number {
  const isAdded = added && Math.max(from, to) >= added.first;
  return entryAt(isAdded ? added.weights : weights, from, to);
}

/** Returns what a requested item adds to another item's score. */
function similarityAt({ weights, similar, added }: Model, from: number, to: number): number {
  const isAdded = added && Math.max(from, to) >= added.first;
  return entryAt(isAdded ? added.similar ?? added.weights : similar ?? weights, from, to);
}

/** Returns an entry of a sparse matrix, or 0, by binary search: columns ascend within a row. */
function entryAt({ offsets, columns, values }: SparseRows, row: number, column: number): number {
  let low = offsets[row];
  let high = offsets[row + 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (columns[middle] < column) low = middle + 1;
    else high = middle;
  }
  return low < offsets[row + 1] && columns[low] === column ? values[low] : 0;
}
