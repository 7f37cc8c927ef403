import type { Progress } from "../../functions/recommender/projects/training_states.ts";

/** Writes the latest progress: on `beat`, at each new stage, else at most twice a second. */
export class Pulse {
  #write: (progress: Progress) => Promise<void>;
  #latest: Progress = { stage: "starting", progress: 0 };
  #written = 0;
  #writing = Promise.resolve();
  #waits = false;

  constructor(write: (progress: Progress) => Promise<void>) {
    this.#write = write;
  }

  get latest(): Progress {
    return this.#latest;
  }

  report(progress: Progress): void {
    const due = progress.stage !== this.#latest.stage || Date.now() - this.#written > 500;
    this.#latest = progress;
    if (due) this.beat();
  }

  /** Writes the latest progress. Writes are serialised, so that progress never goes back. */
  beat(): void {
    this.#written = Date.now();
    // The pending write will use the latest progress.
    if (this.#waits) return;
    this.#waits = true;
    this.#writing = this.#writing.then(() => {
      this.#waits = false;
      return this.#write(this.#latest);
    });
  }

  settled(): Promise<void> {
    return this.#writing;
  }
}
