/**
 * A computation in steps, which its caller can interleave with other work: it yields the cost of
 * each step in units before that step. A step is at most a slice of `work.ts`.
 */
export type Steps<Result> = Generator<number, Result, void>;

/** Runs all steps and returns the result. */
export function finished<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
