import type { Dense } from "./dense.ts";

/** Returns the fastest engine: onnxruntime, or ml-matrix if the native library does not load. */
export async function openDense(): Promise<Dense> {
  try {
    const { openOnnxDense } = await import("./onnx_dense.ts");
    return await openOnnxDense();
  } catch {
    // No native library for this platform, or no permission to load it.
    const { matrixDense } = await import("./matrix_dense.ts");
    return matrixDense();
  }
}
