/** A thread of a `RowPool`: it gets a kernel and its input once, then ranges of rows to make. */
/// <reference lib="deno.worker" />
import { type KernelInputs, type KernelName, type Range, runKernel } from "./row_kernels.ts";

let kernel: KernelName;
let input: KernelInputs[KernelName];

self.onmessage = ({ data }: MessageEvent<Task>) => {
  if ("kernel" in data) {
    ({ kernel, input } = data);
    return;
  }
  const rows = runKernel(kernel, input, data);
  self.postMessage(rows, [rows.offsets.buffer, rows.columns.buffer, rows.values.buffer]);
};

type Task = { kernel: KernelName; input: KernelInputs[KernelName] } | Range;
