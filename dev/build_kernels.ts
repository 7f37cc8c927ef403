/** `deno task build:kernels`: the trainer's kernels.wat as the WebAssembly that stands beside it. */
import wabt from "wabt";

const SOURCE = new URL("../worker-trainer/linalg/kernels.wat", import.meta.url);

/** The bytes of the module. */
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
