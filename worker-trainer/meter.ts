/** Told what is being done and the share of the whole that is done, from 0 to 1, never falling. */
export type Progress = (stage: string, fraction: number) => void;

/** Turns the progress of single steps, weighed by what they are estimated to cost, into one. */
export class Meter {
  #progress: Progress;
  #total: number;
  #done = 0;
  #shown = 0;
  /** What each step took, in order: seconds, and the process's bytes at the highest that was seen. */
  readonly stages: { stage: string; seconds: number; peak_bytes: number }[] = [];
  #peak = 0;

  /** @param total the estimated cost of all steps, in any unit. */
  constructor(progress: Progress, total: number) {
    this.#progress = progress;
    this.#total = Math.max(total, Number.MIN_VALUE);
  }

  /**
   * Does a step of the estimated cost and gives what it gives.
   * @param step gets a function to tell the step's own share to, from 0 to 1.
   */
  async step<T>(
    stage: string,
    cost: number,
    step: (tell: (share: number) => void) => T | Promise<T>,
  ): Promise<T> {
    const tell = (share: number) => {
      this.#peak = Math.max(this.#peak, Deno.memoryUsage().rss);
      this.#show(stage, this.#done + Math.min(share, 1) * cost);
    };
    this.#peak = 0;
    tell(0);
    const start = performance.now();
    const result = await step(tell);
    this.stages.push({
      stage,
      seconds: (performance.now() - start) / 1000,
      peak_bytes: this.peakBytes,
    });
    this.#done += cost;
    tell(0);
    return result;
  }

  /** The process's bytes at the highest that this step has seen so far. */
  get peakBytes(): number {
    return this.#peak = Math.max(this.#peak, Deno.memoryUsage().rss);
  }

  /** The estimated cost of the steps that are done. */
  get done(): number {
    return this.#done;
  }

  /** Counts as done what turned out not to be needed. */
  skipTo(done: number): void {
    this.#done = Math.max(this.#done, done);
  }

  #show(stage: string, done: number): void {
    this.#shown = Math.max(this.#shown, Math.min(done / this.#total, 1));
    this.#progress(stage, this.#shown);
  }
}
