/** Milliseconds that a process may be suspended beyond the time it has run. */
const ALLOWED_MS = 60_000;

/**
 * Suspends and resumes the process of a search, so that first answers have the processor meanwhile.
 * A process runs at least as long as it is suspended, but for the first minute: a steady stream of
 * first answers halves its speed and does not stop it.
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

  /** Whether it may be suspended now. */
  get mayBegin(): boolean {
    const ranMs = this.#ranMs + this.#now() - this.#since;
    return !this.#isOn && this.#suspendedMs <= ranMs + ALLOWED_MS;
  }

  /**
   * Names the process, suspended at once if it is to be.
   * @param signal sends a signal to it; undefined once it has ended.
   */
  attach(signal: ((signal: "SIGSTOP" | "SIGCONT") => void) | undefined): void {
    this.#signal = signal;
    if (this.#isOn) signal?.("SIGSTOP");
  }

  begin(): void {
    if (this.#isOn) return;
    this.#ranMs += this.#lap();
    this.#isOn = true;
    this.#signal?.("SIGSTOP");
  }

  end(): void {
    if (!this.#isOn) return;
    this.#suspendedMs += this.#lap();
    this.#isOn = false;
    this.#signal?.("SIGCONT");
  }

  /** Returns the milliseconds since the last change. */
  #lap(): number {
    const now = this.#now();
    const lap = now - this.#since;
    this.#since = now;
    return lap;
  }
}
