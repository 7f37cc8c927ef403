/** An interruptible sleep. A ring during no sleep ends the next one at once. */
export class Bell {
  #rung = Promise.withResolvers<void>();

  constructor(stop: AbortSignal) {
    stop.addEventListener("abort", () => this.ring());
  }

  ring(): void {
    this.#rung.resolve();
  }

  async wait(ms: number): Promise<void> {
    const timer = setTimeout(() => this.ring(), ms);
    await this.#rung.promise;
    clearTimeout(timer);
    this.#rung = Promise.withResolvers();
  }
}
