/**
 * Asynchronous bcrypt. It is slow by design and blocks its thread: Deno computes it in separate
 * threads; in an edge runtime each request has its own thread anyway.
 */
import bcryptjs from "bcryptjs";

export interface Bcrypt {
  /** Returns the hash of a text of at most 72 bytes. */
  hash(text: string, cost: number): Promise<string>;
  /** Whether `stored` is a hash of the text. */
  compare(text: string, stored: string): Promise<boolean>;
}

/** Hashing at a cost, or comparing with a stored hash. */
type BcryptWork = { text: string } & ({ cost: number } | { stored: string });

/** Message to a thread. */
export type BcryptTask = { id: number } & BcryptWork;

/** Message from a thread. */
export type BcryptResult = { id: number; value: string | boolean } | { id: number; error: string };

/** Computes in the caller's thread. */
export const bcryptHere: Bcrypt = {
  hash: (text, cost) => bcryptjs.hash(text, cost),
  compare: (text, stored) => bcryptjs.compare(text, stored),
};

/** Returns the cost of a stored hash. */
export function costOf(stored: string): number {
  return bcryptjs.getRounds(stored);
}

/** Computes in `count` threads (Web Workers), until disposed. */
export function bcryptInThreads(count: number): Bcrypt & Disposable {
  const threads = Array.from({ length: count }, () => new Thread());
  const run = (task: BcryptWork) =>
    threads.reduce((a, b) => a.pending <= b.pending ? a : b).run(task);
  return {
    hash: async (text, cost) => await run({ text, cost }) as string,
    compare: async (text, stored) => await run({ text, stored }) as boolean,
    [Symbol.dispose]: () => threads.forEach((thread) => thread.end()),
  };
}

class Thread {
  #worker = new Worker(new URL("./bcrypt_thread.ts", import.meta.url), { type: "module" });
  #waiting = new Map<number, PromiseWithResolvers<string | boolean>>();
  #lastId = 0;

  constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<BcryptResult>) => {
      const { resolve, reject } = this.#waiting.get(data.id)!;
      this.#waiting.delete(data.id);
      if ("error" in data) reject(new Error(data.error));
      else resolve(data.value);
    };
  }

  get pending(): number {
    return this.#waiting.size;
  }

  run(work: BcryptWork): Promise<string | boolean> {
    const id = ++this.#lastId;
    const waiting = Promise.withResolvers<string | boolean>();
    this.#waiting.set(id, waiting);
    this.#worker.postMessage({ id, ...work } satisfies BcryptTask);
    return waiting.promise;
  }

  end(): void {
    this.#worker.terminate();
  }
}
