/** Calls that go on while something is done to what answers them. */

/**
 * Asks all of the questions at once, each again and again, until it is stopped.
 * @param questions by what they are, for the report.
 */
export function steadyCalls(questions: Record<string, () => Promise<Response>>) {
  const refused: string[] = [];
  let asked = 0;
  let asking = true;
  const traffic = Object.entries(questions).map(async ([name, ask]) => {
    while (asking) {
      const answer = await ask();
      await answer.body?.cancel();
      asked++;
      if (answer.status >= 400) refused.push(`${name}: ${answer.status}`);
    }
  });
  return {
    asked: () => asked,
    /** Ends with the refusals, "a call by key: 503", one each. */
    async stop(): Promise<string[]> {
      asking = false;
      await Promise.all(traffic);
      return refused;
    },
  };
}
