/** A thread of a `RowPool`: takes ranges of a task from a counter shared with the other threads. */
/// <reference lib="deno.worker" />
import { collect } from "./collect.ts";
import {
  type KernelInputs,
  type KernelName,
  ROW_WRITERS,
  type RowRange,
  runKernel,
  runWriter,
  type WriterInputs,
  type WriterName,
} from "./row_kernels.ts";

interface Shared {
  ranges: RowRange[];
  /** Index of the first range not yet taken; shared by all threads. */
  next: Int32Array;
}
type ComputeTask = Shared & { kernel: KernelName; input: KernelInputs[KernelName] };
type WriteTask = Shared & { kernel: WriterName; input: WriterInputs[WriterName] };
/** Message to a thread: a task, or `null` to run the garbage collector. */
export type Task = ComputeTask | WriteTask;

/** Message from a thread for each finished range; `null` after the last. */
export interface RangeResult {
  /** Index of the range. */
  index: number;
  /** The rows; absent for kernels that write them. */
  part?: unknown;
}

self.onmessage = ({ data: task }: MessageEvent<Task | null>) => {
  if (task) runTask(task);
  else collect();
  self.postMessage(null);
};

function runTask(task: Task): void {
  const { ranges, next } = task;
  for (let index = 0; (index = Atomics.add(next, 0, 1)) < ranges.length;) {
    self.postMessage({ index, part: runRange(task, ranges[index]) } satisfies RangeResult);
  }
}

function runRange(task: Task, range: RowRange): unknown {
  if (writes(task)) return runWriter(task.kernel, task.input, range);
  return runKernel(task.kernel, task.input, range);
}

function writes(task: Task): task is WriteTask {
  return task.kernel in ROW_WRITERS;
}
