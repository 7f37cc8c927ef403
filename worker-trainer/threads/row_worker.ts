/** A thread of a `RowPool`: takes ranges of a task from a counter shared with the other threads. */
/// <reference lib="deno.worker" />
import { collect } from "./collect.ts";
import {
  type KernelInputs,
  type KernelName,
  type Range,
  ROW_WRITERS,
  runKernel,
  runWriter,
  type WriterInputs,
  type WriterName,
} from "./row_kernels.ts";

interface Shared {
  ranges: Range[];
  /** Index of the first range not yet taken; shared by all threads. */
  next: Int32Array;
}
type MakingTask = Shared & { kernel: KernelName; input: KernelInputs[KernelName] };
type WritingTask = Shared & { kernel: WriterName; input: WriterInputs[WriterName] };
/** Message to a thread: a task, or `null` to run the garbage collector. */
export type Task = MakingTask | WritingTask;

/** Message from a thread for each finished range; `null` after the last. */
export interface Made {
  place: number;
  /** The rows; absent for kernels that write them. */
  part?: unknown;
}

self.onmessage = ({ data: task }: MessageEvent<Task | null>) => {
  if (task) makeAll(task);
  else collect();
  self.postMessage(null);
};

function makeAll(task: Task): void {
  const { ranges, next } = task;
  for (let place = 0; (place = Atomics.add(next, 0, 1)) < ranges.length;) {
    self.postMessage({ place, part: make(task, ranges[place]) } satisfies Made);
  }
}

function make(task: Task, range: Range): unknown {
  if (writes(task)) return runWriter(task.kernel, task.input, range);
  return runKernel(task.kernel, task.input, range);
}

function writes(task: Task): task is WritingTask {
  return task.kernel in ROW_WRITERS;
}
