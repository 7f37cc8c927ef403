/** Weights of the terms of a field: see `tfidf`. */
import { IdTable } from "../dataset/id_table.ts";
import type { FieldForm, FieldKind } from "./features.ts";

/** Weighting of terms that occur several times, with or without the length of the text. */
export type TermWeighting = "tfidf" | "bm25";

/** Statistics of a field's terms in a catalogue. */
export interface TermStatistics {
  kind: FieldKind;
  weighting: TermWeighting;
  /** Number of items of the catalogue. */
  items: number;
  /** Mean number of terms of an item. */
  length: number;
  /** The columns of the terms that at least two items have. */
  columns: IdTable;
  /** Number of items with each of these terms, by column. */
  counts: Uint32Array;
}

/** How the texts of a catalogue were compared, so that further items can be compared with them. */
export interface TextComparison {
  fields: ComparedField[];
  /** Length of each item's vector. */
  norms: Float64Array;
  /** Added to the product of two lengths. */
  shrinkage: number;
}

/** A field of a comparison. */
export interface ComparedField {
  form: FieldForm;
  statistics: TermStatistics;
  /** Its weight in the cosine. */
  weight: number;
}

/** The texts of an item. */
export interface ItemText {
  id: string;
  /** The id if it has none. */
  title: string;
  /** By column; empty ones may be absent. */
  cells: ReadonlyMap<string, string>;
}

/** An item's field as a vector. */
export interface WeightedTerms {
  /** Ascending columns of the shared terms, with their weights. */
  entries: [column: number, weight: number][];
  /** Squared length over all of its terms, 0 to 1. */
  square: number;
}

/** Returns the statistics of a field. @param terms of each item. */
export function termStatistics(
  { kind, terms }: { kind: FieldKind; terms: string[][] },
  weighting: TermWeighting,
): TermStatistics {
  const frequency = new Map<string, number>();
  for (const list of terms) {
    for (const term of new Set(list)) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  }
  const shared = [...frequency].filter(([, count]) => count > 1);
  const columns = new IdTable();
  for (const [term] of shared) columns.add(term);
  const items = terms.length;
  return {
    ...{ kind, weighting, items },
    length: terms.reduce((sum, list) => sum + list.length, 0) / Math.max(items, 1),
    columns,
    counts: Uint32Array.from(shared, ([, count]) => count),
  };
}

const K1 = 1.2;
const B = 0.75;

/** Returns a function that weighs the terms of an item. */
export function termWeights(
  { kind, weighting, items, length, columns, counts }: TermStatistics,
): (terms: readonly string[]) => WeightedTerms {
  const isTitle = kind === "title";
  const idfOf = (count: number) => Math.log((1 + items) / (1 + count)) ** (isTitle ? 2 : 1);
  const idf = Float64Array.from(counts, idfOf);
  const idfOfOne = idfOf(1);
  const rarest = Math.log(1 + items);
  const squareOf = (norm: number) => isTitle ? 1 : Math.sqrt(Math.min(1, norm / rarest));
  return (terms) => {
    const long = K1 * (1 - B + B * terms.length / length);
    const often = (count: number) =>
      weighting === "bm25" ? count * (K1 + 1) / (count + long) : 1 + Math.log(count);
    const counted = new Map<string, number>();
    for (const term of terms) counted.set(term, (counted.get(term) ?? 0) + 1);
    const entries: [column: number, weight: number][] = [];
    let sum = 0;
    for (const [term, count] of counted) {
      const column = columns.find(term);
      const weight = often(count) * (column < 0 ? idfOfOne : idf[column]);
      sum += weight * weight;
      if (column >= 0) entries.push([column, weight]);
    }
    if (sum === 0) return { entries: [], square: 0 };
    const square = squareOf(Math.sqrt(sum));
    const scale = Math.sqrt(square / sum);
    entries.sort(([a], [b]) => a - b);
    return { entries: entries.map(([column, weight]) => [column, scale * weight]), square };
  };
}
