/** Continuous calls during a test. */

/**
 * Repeats all calls concurrently until stopped.
 * @param questions by name, for the report
 */
export function steadyCalls(questions: Record<string, () => Promise<Response>>) {
  const refused: string[] = [];
  let calls = 0;
  let asking = true;
  const traffic = Object.entries(questions).map(async ([name, ask]) => {
    while (asking) {
      const answer = await ask();
      await answer.body?.cancel();
      calls++;
      if (answer.status >= 400) refused.push(`${name}: ${answer.status}`);
    }
  });
  return {
    asked: () => calls,
    /** Stops the calls; returns one line for each error response, such as "a call by key: 503". */
    async stop(): Promise<string[]> {
      asking = false;
      await Promise.all(traffic);
      return refused;
    },
  };
}
