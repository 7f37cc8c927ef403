/**
 * Computations in steps, so that whoever runs them can do something else in between: before each
 * step the units that it will cost are yielded. A step is at most a slice of `work.ts`.
 */
export type Steps<Result> = Generator<number, Result, void>;

/** Runs all steps at once and returns their result. */
export function finished<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
