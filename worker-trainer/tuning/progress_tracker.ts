import { cpuSeconds } from "../runtime/cpu_seconds.ts";

/** Called with the current stage and the share that is done, from 0 to 1, never falling. */
export type ProgressListener = (stage: string, fraction: number) => void;

/** Combines the progress of single steps, weighted by their estimated costs. */
export class ProgressTracker {
  #progress: ProgressListener;
  #total: number;
  #done = 0;
  #shown = 0;
  /**
   * The steps in order: seconds, those of CPU of all threads, and the highest resident memory of
   * the process that was seen.
   */
  readonly stages: { stage: string; seconds: number; cpu_seconds: number; peak_bytes: number }[] =
    [];
  #peak = 0;

  /** @param total the estimated cost of all steps, in any unit. */
  constructor(progress: ProgressListener, total: number) {
    this.#progress = progress;
    this.#total = Math.max(total, Number.MIN_VALUE);
  }

  /**
   * Runs a step of the estimated cost and returns its result.
   * @param step receives a function to report its own share, from 0 to 1.
   */
  async step<T>(
    stage: string,
    cost: number,
    step: (report: (share: number) => void) => T | Promise<T>,
  ): Promise<T> {
    const report = (share: number) => {
      this.#peak = Math.max(this.#peak, Deno.memoryUsage().rss);
      this.#show(stage, this.#done + Math.min(share, 1) * cost);
    };
    this.#peak = 0;
    report(0);
    const start = performance.now();
    const cpuAtStart = cpuSeconds();
    const result = await step(report);
    this.stages.push({
      stage,
      seconds: (performance.now() - start) / 1000,
      cpu_seconds: cpuSeconds() - cpuAtStart,
      peak_bytes: this.peakBytes,
    });
    this.#done += cost;
    report(0);
    return result;
  }

  /** Highest resident memory seen in the current step, in bytes. */
  get peakBytes(): number {
    return this.#peak = Math.max(this.#peak, Deno.memoryUsage().rss);
  }

  /** Estimated cost of the finished steps. */
  get done(): number {
    return this.#done;
  }

  /** Counts steps as done that turned out not to be needed. */
  skipTo(done: number): void {
    this.#done = Math.max(this.#done, done);
  }

  #show(stage: string, done: number): void {
    this.#shown = Math.max(this.#shown, Math.min(done / this.#total, 1));
    this.#progress(stage, this.#shown);
  }
}
