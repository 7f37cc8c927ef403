/** Keeps the `n` best of many indices: a bounded binary heap with the worst at its root. */
export class BestOf {
  #heap: Uint32Array;
  #size = 0;
  #before: (a: number, b: number) => number;

  /**
   * @param n number of indices to keep, 1 or more.
   * @param before comparator of two indices: negative if the first is better.
   */
  constructor(n: number, before: (a: number, b: number) => number) {
    this.#heap = new Uint32Array(n);
    this.#before = before;
  }

  /** The index that the next better one replaces; undefined until `n` are kept. */
  get worst(): number | undefined {
    return this.#size === this.#heap.length ? this.#heap[0] : undefined;
  }

  offer(index: number): void {
    const heap = this.#heap;
    const before = this.#before;
    if (this.#size < heap.length) {
      let child = this.#size++;
      while (child > 0) {
        const parent = (child - 1) >> 1;
        if (before(heap[parent], index) >= 0) break;
        heap[child] = heap[parent];
        child = parent;
      }
      heap[child] = index;
      return;
    }
    if (before(index, heap[0]) >= 0) return;
    let parent = 0;
    for (let child = 1; child < this.#size; child = 2 * parent + 1) {
      if (child + 1 < this.#size && before(heap[child + 1], heap[child]) > 0) child++;
      if (before(heap[child], index) <= 0) break;
      heap[parent] = heap[child];
      parent = child;
    }
    heap[parent] = index;
  }

  /** Returns the kept indices, best first. */
  sorted(): number[] {
    return Array.from(this.#heap.subarray(0, this.#size)).sort(this.#before);
  }
}
