import type { Model } from "./model.ts";
import { type Ranked, requestedRows } from "./rank.ts";
import { finished, type Steps } from "./steps.ts";
import { comparingUnits } from "./work.ts";

export { poolSize } from "./work.ts";

/**
 * Selects `n` items of a ranking that differ from each other: maximal marginal relevance (Carbonell
 * and Goldstein, SIGIR 1998). Greedily selects
 *
 *     argmax_i  (1 − d) · rel(i) − d · max_{j selected} sim(i, j)
 *
 * where rel is the score divided by the highest score, and sim the cosine of the items' rows, 0 if
 * negative. Each row is extended by the item itself with the row's largest value, so that two items
 * which recommend each other are similar. Ties keep the order of the ranking. Items of score 0
 * follow those above 0, by the same rule with popularity as score; those below 0 come last, as
 * ranked.
 *
 * @param ranked the candidates, best first: see `poolSize`.
 * @param diversity d, from 0 (the ranking unchanged) to 1.
 * @param limits leave out items at a position where they do not admit them.
 */
export function diversify(
  model: Model,
  ranked: readonly Ranked[],
  options: { n: number; diversity: number; limits?: Limits },
): Ranked[] {
  return finished(diversifySteps(model, ranked, { ...options, likeness: likenessIn(model) }));
}

/** Limits of what may be at the next position of a list. */
export interface Limits {
  admits(item: number): boolean;
  take(item: number): void;
}

/** Returns the item similarity of a model, reusable for one list after another. */
export function likenessIn(model: Model): Likeness {
  return new Likeness(model);
}

/** `diversify`, in steps. */
export function* diversifySteps(
  model: Model,
  ranked: readonly Ranked[],
  { n, diversity, likeness, limits }: {
    n: number;
    diversity: number;
    likeness: Likeness;
    limits?: Limits;
  },
): Steps<Ranked[]> {
  if (!(diversity > 0)) return ranked.slice(0, n);
  const { popularity } = model.items;
  const chosen: Ranked[] = [];
  const groups = [
    { pool: ranked.filter(({ score }) => score > 0), worth: ({ score }: Ranked) => score },
    {
      pool: ranked.filter(({ score }) => score === 0),
      worth: ({ item }: Ranked) => popularity[item],
    },
  ];
  for (const { pool, worth } of groups) {
    const top = pool.length > 0 ? worth(pool[0]) : 0;
    const relevance = pool.map((one) => top > 0 ? worth(one) / top : 0);
    // Highest similarity of each candidate to a selected item.
    const closest = new Float64Array(pool.length);
    const taken = new Uint8Array(pool.length);
    const compare = ({ item }: Ranked) => {
      likeness.fix(item);
      pool.forEach((other, p) => {
        if (!taken[p]) closest[p] = Math.max(closest[p], likeness.to(other.item));
      });
    };
    const comparison = comparingUnits(model, pool.length);
    for (const one of chosen) {
      yield comparison;
      compare(one);
    }
    for (let left = pool.length; left > 0 && chosen.length < n; left--) {
      let best = -1;
      let most = -Infinity;
      for (let p = 0; p < pool.length; p++) {
        if (taken[p]) continue;
        const marginal = (1 - diversity) * relevance[p] - diversity * closest[p];
        if (marginal > most && limits?.admits(pool[p].item) !== false) {
          [best, most] = [p, marginal];
        }
      }
      if (best < 0) break;
      taken[best] = 1;
      chosen.push(pool[best]);
      limits?.take(pool[best].item);
      if (chosen.length === n) break;
      yield comparison;
      compare(pool[best]);
    }
  }
  for (const one of ranked.filter(({ score }) => score < 0)) {
    if (chosen.length === n) break;
    if (limits?.admits(one.item) === false) continue;
    limits?.take(one.item);
    chosen.push(one);
  }
  return chosen;
}

/** Cosine similarity of one item's row, stored dense, to the rows of others. */
export class Likeness {
  #model: Model;
  #dense: Float64Array;
  #sizes = new Map<number, { largest: number; squares: number }>();
  #fixed = -1;

  constructor(model: Model) {
    this.#model = model;
    this.#dense = new Float64Array(model.items.popularity.length);
  }

  /** Sets the row that others are compared with. */
  fix(item: number): void {
    if (this.#fixed >= 0) this.#lay(this.#fixed, 0, 0);
    this.#lay(item, 1, this.#sizeOf(item).largest);
    this.#fixed = item;
  }

  to(item: number): number {
    const { offsets, columns, values } = requestedRows(this.#model, item);
    const { largest, squares } = this.#sizeOf(item);
    let dot = this.#dense[item] * largest;
    for (let e = offsets[item]; e < offsets[item + 1]; e++) {
      if (columns[e] !== item) dot += this.#dense[columns[e]] * values[e];
    }
    if (dot <= 0) return 0;
    // One root of the product, not two: rounding then leaves the cosine of equal rows at 1.
    return dot / Math.sqrt(squares * this.#sizeOf(this.#fixed).squares);
  }

  #lay(item: number, factor: number, own: number): void {
    const { offsets, columns, values } = requestedRows(this.#model, item);
    for (let e = offsets[item]; e < offsets[item + 1]; e++) {
      this.#dense[columns[e]] = values[e] * factor;
    }
    this.#dense[item] = own;
  }

  /** Returns a row's largest absolute value and its squared norm including the item itself. */
  #sizeOf(item: number): { largest: number; squares: number } {
    const known = this.#sizes.get(item);
    if (known) return known;
    const { offsets, columns, values } = requestedRows(this.#model, item);
    let largest = 0;
    let squares = 0;
    for (let e = offsets[item]; e < offsets[item + 1]; e++) {
      if (columns[e] === item) continue;
      largest = Math.max(largest, Math.abs(values[e]));
      squares += values[e] * values[e];
    }
    const size = { largest, squares: squares + largest * largest };
    this.#sizes.set(item, size);
    return size;
  }
}
