/**
 * The results of `work` for each entry, in the entries' order, a few of them under way at a time. A
 * failure is thrown in its turn, and nothing is begun after it.
 */
export async function* inOrder<Entry, Result>(
  entries: Iterable<Entry> | AsyncIterable<Entry>,
  { lanes, work }: { lanes: number; work: (entry: Entry) => Promise<Result> },
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  try {
    for await (const entry of entries) {
      const result = work(entry);
      result.catch(() => {}); // met in its turn
      underWay.push(result);
      if (underWay.length === lanes) yield await underWay.shift()!;
    }
    while (underWay.length > 0) yield await underWay.shift()!;
  } finally {
    await Promise.allSettled(underWay);
  }
}
