/** A thread of a `RowPool`: it takes one range of a task's rows after the other, as others do. */
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
  /** The place of the first range that nobody has taken; seen by all threads. */
  next: Int32Array;
}
type MakingTask = Shared & { kernel: KernelName; input: KernelInputs[KernelName] };
type WritingTask = Shared & { kernel: WriterName; input: WriterInputs[WriterName] };
/** What a thread is given; `null` where it is to let go of what it was given before. */
export type Task = MakingTask | WritingTask;

/** What a thread answers for each range; after the last one `null`. */
export interface Made {
  place: number;
  /** The rows that were made; absent where they were written. */
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
