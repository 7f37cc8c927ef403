/** A thread of a `RowPool`: it gets a kernel and its input once, then ranges of rows to make. */
/// <reference lib="deno.worker" />
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

let task: Task;

self.onmessage = ({ data }: MessageEvent<Task | Range>) => {
  if ("kernel" in data) {
    task = data;
  } else if (writes(task)) {
    runWriter(task.kernel, task.input, data);
    self.postMessage(null);
  } else {
    self.postMessage(runKernel(task.kernel, task.input, data));
  }
};

type MakingTask = { kernel: KernelName; input: KernelInputs[KernelName] };
type WritingTask = { kernel: WriterName; input: WriterInputs[WriterName] };
type Task = MakingTask | WritingTask;

function writes(task: Task): task is WritingTask {
  return task.kernel in ROW_WRITERS;
}
