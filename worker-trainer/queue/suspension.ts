/** Maximum by which the time of suspension may exceed the time of running, in ms. */
const ALLOWED_MS = 60_000;

/**
 * Suspends and resumes the process of a search, so that first models have the processor meanwhile.
 * Beyond the first minute, a process runs at least as long as it is suspended: a steady stream of
 * first models halves its speed and does not stop it.
 */
export class Suspension {
  #signal?: (signal: "SIGSTOP" | "SIGCONT") => void;
  #isOn = false;
  #now: () => number;
  #since: number;
  #ranMs = 0;
  #suspendedMs = 0;

  /** @param now a clock, in milliseconds. */
  constructor(now = () => performance.now()) {
    this.#now = now;
    this.#since = now();
  }

  /** Whether a suspension may begin now. */
  get mayBegin(): boolean {
    const ranMs = this.#ranMs + this.#now() - this.#since;
    return !this.#isOn && this.#suspendedMs <= ranMs + ALLOWED_MS;
  }

  /**
   * Sets the process, and suspends it at once if a suspension has begun.
   * @param signal sends a signal to the process; undefined once it has ended.
   */
  attach(signal: ((signal: "SIGSTOP" | "SIGCONT") => void) | undefined): void {
    this.#signal = signal;
    if (this.#isOn) signal?.("SIGSTOP");
  }

  /** Stops the process; does nothing if it is suspended. */
  begin(): void {
    if (this.#isOn) return;
    this.#ranMs += this.#lap();
    this.#isOn = true;
    this.#signal?.("SIGSTOP");
  }

  /** Resumes the process; does nothing if it is not suspended. */
  end(): void {
    if (!this.#isOn) return;
    this.#suspendedMs += this.#lap();
    this.#isOn = false;
    this.#signal?.("SIGCONT");
  }

  /** Returns the milliseconds since the last change, and starts the next interval. */
  #lap(): number {
    const now = this.#now();
    const lap = now - this.#since;
    this.#since = now;
    return lap;
  }
}
