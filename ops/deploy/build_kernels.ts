/** `deno task build:kernels`: assembles the trainer's kernels.wat into kernels.wasm. */
import wabt from "wabt";

const SOURCE = new URL("../../worker-trainer/linalg/kernels.wat", import.meta.url);

/** Returns the WebAssembly module. */
export async function assembleKernels(): Promise<Uint8Array> {
  const { parseWat } = await wabt();
  const text = await Deno.readTextFile(SOURCE);
  const parsed = parseWat("kernels.wat", text, { simd: true, threads: true, multi_value: true });
  try {
    return parsed.toBinary({}).buffer;
  } finally {
    parsed.destroy();
  }
}

if (import.meta.main) {
  await Deno.writeFile(new URL("./kernels.wasm", SOURCE), await assembleKernels());
}
