import type { Dense } from "./dense.ts";

/** The fastest engine that loads here: onnxruntime's GEMM, or ml-matrix where there is no native library. */
export async function openDense(): Promise<Dense> {
  try {
    const { openOnnxDense } = await import("./onnx_dense.ts");
    return await openOnnxDense();
  } catch {
    // No native library for this platform, or no permission to load one: slower, not wrong.
    const { matrixDense } = await import("./matrix_dense.ts");
    return matrixDense();
  }
}
