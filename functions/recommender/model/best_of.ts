/** The best of many by a comparison: a bounded binary heap with the worst of them at its root. */
export class BestOf {
  #heap: Uint32Array;
  #size = 0;
  #before: (a: number, b: number) => number;

  /**
   * @param n how many are kept, 1 or more.
   * @param before compares two indices: negative where the first is the better one.
   */
  constructor(n: number, before: (a: number, b: number) => number) {
    this.#heap = new Uint32Array(n);
    this.#before = before;
  }

  /** The one that the next better one replaces; undefined as long as there is room. */
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

  /** The best first. */
  sorted(): number[] {
    return Array.from(this.#heap.subarray(0, this.#size)).sort(this.#before);
  }
}
