import { Timeouts } from "./timeouts.ts";

/** Time after which a batch no longer delays the next, in ms. */
const HANGS_MS = 500;

/**
 * Batches concurrent calls into one piece of work, such as a statement. One batch runs at a time,
 * and calls that arrive meanwhile form the next one. A batch starts after its calls, so it reads
 * nothing older than they are, and one turn of the event loop later, so that all messages of one
 * turn share it. A batch that hangs delays the next by half a second; then both run concurrently.
 * @param work returns one result for each call, in order; its failure rejects all calls of the
 * batch.
 * @param options.atMost maximum number of calls in a batch.
 */
export function joined<Call, Result>(
  work: (calls: Call[]) => Promise<Result[]>,
  { atMost }: { atMost: number },
): (call: Call) => Promise<Result> {
  let waiting: ({ call: Call } & PromiseWithResolvers<Result>)[] = [];
  let working = false;
  /** Batches under way; one timer serves them all. */
  const hanging = new Timeouts<() => void>(HANGS_MS, (goOn) => goOn());

  async function run(): Promise<void> {
    working = true;
    while (waiting.length > 0) {
      await new Promise((turn) => setImmediate(turn));
      const together = waiting.slice(0, atMost);
      waiting = waiting.slice(atMost);
      await doneOrHanging(carryOut(together));
    }
    working = false;
  }

  /** Resolves with `work`, or when it hangs. */
  async function doneOrHanging(work: Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    hanging.add(resolve);
    work.then(resolve);
    await promise;
    hanging.delete(resolve);
  }

  async function carryOut(together: typeof waiting): Promise<void> {
    try {
      const results = await work(together.map(({ call }) => call));
      together.forEach(({ resolve }, i) => resolve(results[i]));
    } catch (error) {
      for (const { reject } of together) reject(error);
    }
  }

  return (call) => {
    const entry = { call, ...Promise.withResolvers<Result>() };
    waiting.push(entry);
    if (!working) run();
    return entry.promise;
  };
}
