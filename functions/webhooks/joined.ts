/**
 * Calls that are under way together share one piece of work, such as a statement: one is done at a
 * time, and what comes meanwhile goes into the next. A call's work always begins after the call, so
 * that it sees what was true when it came; and a turn of the event loop later, so that what the
 * sockets bring in one turn is one piece. A piece that hangs stands before the next one for half a
 * second only; then they are done side by side.
 * @param work returns a result for each call, in their order; a failure is every call's of that
 * piece.
 * @param options.atMost calls in one piece.
 */
export function joined<Call, Result>(
  work: (calls: Call[]) => Promise<Result[]>,
  { atMost }: { atMost: number },
): (call: Call) => Promise<Result> {
  let waiting: ({ call: Call } & PromiseWithResolvers<Result>)[] = [];
  let working = false;

  async function run(): Promise<void> {
    working = true;
    while (waiting.length > 0) {
      await new Promise((turn) => setImmediate(turn));
      const together = waiting.slice(0, atMost);
      waiting = waiting.slice(atMost);
      await orHalfASecond(carryOut(together));
    }
    working = false;
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
    const one = { call, ...Promise.withResolvers<Result>() };
    waiting.push(one);
    if (!working) run();
    return one.promise;
  };
}

/** Resolves with the work, or half a second later. */
async function orHalfASecond(work: Promise<void>): Promise<void> {
  let timer;
  await Promise.race([work, new Promise((resolve) => timer = setTimeout(resolve, 500))]);
  clearTimeout(timer);
}
