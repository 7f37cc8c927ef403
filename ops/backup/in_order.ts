/**
 * Yields the results of `work` in the order of the entries, with up to `lanes` running
 * concurrently. An error is thrown in its turn, and no work starts after it.
 */
export async function* inOrder<Entry, Result>(
  entries: Iterable<Entry> | AsyncIterable<Entry>,
  { lanes, work }: { lanes: number; work: (entry: Entry) => Promise<Result> },
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  try {
    for await (const entry of entries) {
      const result = work(entry);
      result.catch(() => {}); // thrown when its turn comes
      underWay.push(result);
      if (underWay.length === lanes) yield await underWay.shift()!;
    }
    while (underWay.length > 0) yield await underWay.shift()!;
  } finally {
    await Promise.allSettled(underWay);
  }
}
