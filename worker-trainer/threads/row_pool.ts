import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { RangeResult, Task } from "./row_worker.ts";
import { sharedFloats, sharedIntegers } from "../linalg/sparse_rows.ts";
import {
  type KernelInputs,
  type KernelName,
  type RowRange,
  runKernel,
  runWriter,
  type WriterInputs,
  type WriterName,
} from "./row_kernels.ts";

/** Multiplications below which starting and feeding threads costs more than it saves. */
const WORTHWHILE = 1e7;
/** Ranges for each thread, so that one expensive range does not leave the other threads idle. */
const RANGES_PER_THREAD = 4;

/** A kernel and its input. */
export interface RowJob<K extends KernelName | WriterName> {
  kernel: K;
  input: (KernelInputs & WriterInputs)[K];
  rows: number;
  /** Estimated multiplications. */
  cost: number;
  /** Called with the share that is done, from 0 to 1. */
  progress?: (share: number) => void;
}

/**
 * Threads that compute the rows of matrices. Each row is computed by one thread, and rows are
 * joined in order, so the result has the same bytes for any number of threads. Threads start with
 * the first job worth it; `close` ends them, and so does a job that fails.
 */
export class RowPool {
  #threads: number;
  #workers: Worker[] = [];

  /** @param threads at least 1; 1 means the calling thread. */
  constructor(threads = navigator.hardwareConcurrency) {
    this.#threads = threads;
  }

  /** Returns all rows of a job. Only one job may run at a time. */
  async run<K extends KernelName>(job: RowJob<K>): Promise<SparseRows> {
    return concatenate(
      await this.#runRanges<SparseRows>(job, (range) => runKernel(job.kernel, job.input, range)),
    );
  }

  /** Writes all rows of a job to the shared memory in its input. Only one job may run at a time. */
  async write<K extends WriterName>(job: RowJob<K>): Promise<void> {
    await this.#runRanges<void>(job, (range) => runWriter(job.kernel, job.input, range));
  }

  /** Runs the garbage collector of each thread, which frees memory shared by earlier jobs. */
  async collect(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => runOn(worker, null, () => {})));
  }

  /** Ends the threads. */
  close(): void {
    for (const worker of this.#workers) worker.terminate();
    this.#workers = [];
  }

  /** Returns the result of each range. Small jobs run on the calling thread. */
  async #runRanges<Part>(
    job: RowJob<KernelName | WriterName>,
    runHere: (range: RowRange) => Part,
  ): Promise<Part[]> {
    const { rows, cost, progress } = job;
    const ranges = splitRows(rows, this.#threads * RANGES_PER_THREAD);
    if (this.#threads > 1 && cost >= WORTHWHILE) return await this.#runOnThreads<Part>(job, ranges);
    return ranges.map((range, r) => {
      const part = runHere(range);
      progress?.((r + 1) / ranges.length);
      return part;
    });
  }

  async #runOnThreads<Part>(
    { kernel, input, progress }: RowJob<KernelName | WriterName>,
    ranges: RowRange[],
  ): Promise<Part[]> {
    while (this.#workers.length < this.#threads) {
      this.#workers.push(
        new Worker(new URL("./row_worker.ts", import.meta.url), { type: "module" }),
      );
    }
    const parts: Part[] = [];
    let done = 0;
    const receive = ({ index, part }: RangeResult) => {
      parts[index] = part as Part;
      progress?.(++done / ranges.length);
    };
    // Threads fetch their next range from a shared counter, because this thread may be busy.
    const next = new Int32Array(new SharedArrayBuffer(4));
    const task = { kernel, input, ranges, next } as Task;
    try {
      await Promise.all(this.#workers.map((worker) => runOn(worker, task, receive)));
    } catch (error) {
      // The other threads are still at work; their results must not reach the next job.
      this.close();
      throw error;
    }
    return parts;
  }
}

/** Resolves when the worker has finished the task. */
function runOn(
  worker: Worker,
  task: Task | null,
  receive: (result: RangeResult) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<RangeResult | null>) => {
      if (data === null) return resolve();
      try {
        receive(data);
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

function splitRows(rows: number, count: number): RowRange[] {
  const size = Math.max(1, Math.ceil(rows / count));
  return Array.from({ length: Math.ceil(rows / size) }, (_, r) => ({
    from: r * size,
    to: Math.min((r + 1) * size, rows),
  }));
}

/** Stacks matrices of the same width. */
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
