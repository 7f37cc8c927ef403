/**
 * bcrypt where it disturbs least. It is made to be slow, and while it computes its thread answers
 * nobody: on Deno it gets threads of its own, on an edge runtime a request has its thread anyway.
 */
import bcryptjs from "bcryptjs";

export interface Bcrypt {
  /** The hash of a text of at most 72 bytes. */
  hash(text: string, cost: number): Promise<string>;
  /** Whether a hash is the text's. */
  compare(text: string, stored: string): Promise<boolean>;
}

/** A hash at a cost, or a comparison. */
type BcryptWork = { text: string } & ({ cost: number } | { stored: string });

/** What a thread is asked for. */
export type BcryptTask = { id: number } & BcryptWork;

/** What it answers. */
export type BcryptResult = { id: number; value: string | boolean } | { id: number; error: string };

/** In the thread of the caller. */
export const bcryptHere: Bcrypt = {
  hash: (text, cost) => bcryptjs.hash(text, cost),
  compare: (text, stored) => bcryptjs.compare(text, stored),
};

/** The cost a hash was made at. */
export function costOf(stored: string): number {
  return bcryptjs.getRounds(stored);
}

/** In threads of its own (Web Workers), until disposed of. */
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
