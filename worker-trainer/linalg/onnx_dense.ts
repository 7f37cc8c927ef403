import ort from "onnxruntime-node";
import type { Dense, Matrix, ProductForm } from "./dense.ts";
import { gemmGraph } from "./gemm_graph.ts";

/**
 * Without an arena, memory is freed after each product. Threads that wait for the next product
 * sleep, because other threads work in between.
 */
const OPTIONS = {
  logSeverityLevel: 3,
  enableCpuMemArena: false,
  enableMemPattern: false,
  extra: { session: { intra_op: { allow_spinning: "0" } } },
} as const;

/**
 * Returns an engine that multiplies by onnxruntime's float32 GEMM on all cores.
 * @throws {Error} if the native library does not load.
 */
export async function openOnnxDense(): Promise<Dense> {
  const sessions: ort.InferenceSession[] = [];
  for (const form of [0, 1, 2, 3]) {
    const graph = gemmGraph({ transA: (form & 1) !== 0, transB: (form & 2) !== 0 });
    sessions.push(await ort.InferenceSession.create(graph, OPTIONS));
  }
  return {
    name: "onnxruntime",
    flopsPerSecond: 100e9,
    async multiply(
      a: Matrix,
      b: Matrix,
      { transA = false, transB = false, into }: ProductForm = {},
    ) {
      const factors = {
        a: new ort.Tensor("float32", unshared(a.data), [a.rows, a.columns]),
        b: new ort.Tensor("float32", unshared(b.data), [b.rows, b.columns]),
      };
      const session = sessions[Number(transA) + 2 * Number(transB)];
      if (into) {
        const c = new ort.Tensor("float32", into.data, [into.rows, into.columns]);
        await session.run(factors, { c });
        return into;
      }
      const { c } = await session.run(factors);
      return { rows: c.dims[0], columns: c.dims[1], data: c.data as Float32Array };
    },
  };
}

/** Returns the data in memory that is not shared, which the native library requires. */
function unshared(data: Float32Array): Float32Array {
  return data.buffer instanceof SharedArrayBuffer ? data.slice() : data;
}
