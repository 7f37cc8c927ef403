import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Made, Task } from "./row_worker.ts";
import { sharedFloats, sharedIntegers } from "./sparse_rows.ts";
import {
  type KernelInputs,
  type KernelName,
  type Range,
  runKernel,
  runWriter,
  type WriterInputs,
  type WriterName,
} from "./row_kernels.ts";

/** Multiplications below which starting and feeding threads costs more than it saves. */
const WORTHWHILE = 1e7;
/** Ranges a thread gets, so that an expensive one does not leave the others idle. */
const RANGES_PER_THREAD = 4;

/** What is to be made. */
export interface RowJob<K extends KernelName | WriterName> {
  kernel: K;
  input: (KernelInputs & WriterInputs)[K];
  rows: number;
  /** Multiplications it will make. */
  cost: number;
  /** Is told the share that is done, from 0 to 1. */
  progress?: (share: number) => void;
}

/**
 * Threads that make the rows of matrices. Each row is made by one thread alone and rows are
 * put together in their order, so that the result has the same bytes for any number of threads.
 * Threads start with the first job that is worth it; `close` ends them, and so does a job that fails.
 */
export class RowPool {
  #threads: number;
  #workers: Worker[] = [];

  /** @param threads at least 1; one means this thread. */
  constructor(threads = navigator.hardwareConcurrency) {
    this.#threads = threads;
  }

  /** Makes all rows of a job. One job at a time. */
  async run<K extends KernelName>(job: RowJob<K>): Promise<SparseRows> {
    return concatenate(
      await this.#each<SparseRows>(job, (range) => runKernel(job.kernel, job.input, range)),
    );
  }

  /** Writes all rows of a job into the shared memory that its input names. One job at a time. */
  async write<K extends WriterName>(job: RowJob<K>): Promise<void> {
    await this.#each<void>(job, (range) => runWriter(job.kernel, job.input, range));
  }

  /** Lets the threads let go of what earlier jobs shared with them. */
  async collect(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => working(worker, null, () => {})));
  }

  /** Ends the threads. */
  close(): void {
    for (const worker of this.#workers) worker.terminate();
    this.#workers = [];
  }

  /** What each range gives: on this thread where the job is too small to be worth more. */
  async #each<Part>(
    job: RowJob<KernelName | WriterName>,
    here: (range: Range) => Part,
  ): Promise<Part[]> {
    const { rows, cost, progress } = job;
    const ranges = split(rows, this.#threads * RANGES_PER_THREAD);
    if (this.#threads > 1 && cost >= WORTHWHILE) return await this.#spread<Part>(job, ranges);
    return ranges.map((range, r) => {
      const part = here(range);
      progress?.((r + 1) / ranges.length);
      return part;
    });
  }

  async #spread<Part>(
    { kernel, input, progress }: RowJob<KernelName | WriterName>,
    ranges: Range[],
  ): Promise<Part[]> {
    while (this.#workers.length < this.#threads) {
      this.#workers.push(
        new Worker(new URL("./row_worker.ts", import.meta.url), { type: "module" }),
      );
    }
    const parts: Part[] = [];
    let done = 0;
    const take = ({ place, part }: Made) => {
      parts[place] = part as Part;
      progress?.(++done / ranges.length);
    };
    // Threads take the next range themselves, so that none waits for this one, which may compute.
    const next = new Int32Array(new SharedArrayBuffer(4));
    const task = { kernel, input, ranges, next } as Task;
    try {
      await Promise.all(this.#workers.map((worker) => working(worker, task, take)));
    } catch (error) {
      // The others are at work still: what they give must not reach the next job.
      this.close();
      throw error;
    }
    return parts;
  }
}

/** Resolves when the worker has nothing more to do. */
function working(worker: Worker, task: Task | null, take: (made: Made) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Made | null>) => {
      if (data === null) return resolve();
      try {
        take(data);
      } catch (error) {
        reject(error);
      }
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`A thread failed at ${task?.kernel ?? "collecting"}: ${event.message}`));
    };
    worker.postMessage(task);
  });
}

function split(rows: number, count: number): Range[] {
  const size = Math.max(1, Math.ceil(rows / count));
  return Array.from({ length: Math.ceil(rows / size) }, (_, r) => ({
    from: r * size,
    to: Math.min((r + 1) * size, rows),
  }));
}

/** Matrices of one width, one under the other. */
export function concatenate(parts: SparseRows[]): SparseRows {
  const rows = parts.reduce((sum, { offsets }) => sum + offsets.length - 1, 0);
  const entries = parts.reduce((sum, { columns }) => sum + columns.length, 0);
  const offsets = sharedIntegers(rows + 1);
  const columns = sharedIntegers(entries);
  const values = sharedFloats(entries);
  let row = 0;
  let entry = 0;
  for (const part of parts) {
    columns.set(part.columns, entry);
    values.set(part.values, entry);
    for (let r = 1; r < part.offsets.length; r++) offsets[++row] = entry + part.offsets[r];
    entry += part.columns.length;
  }
  return { offsets, columns, values };
}
