/** The innermost loops, in WebAssembly: kernels.wat, which `deno task build:kernels` assembles. */

/** All pointers are in bytes. */
export interface Kernels {
  /** sums += Σ_e values_e · b_(columns_e) over `count` entries, rows of `n` numbers. */
  addRows(
    sums: number,
    n: number,
    b: number,
    columns: number,
    values: number,
    count: number,
  ): void;
  /** q += Σ_e values_e · (b_(columns_e) · p) · b_(columns_e) over `count` entries. */
  addGram(
    q: number,
    p: number,
    n: number,
    b: number,
    columns: number,
    values: number,
    count: number,
  ): void;
}

const module = new WebAssembly.Module(
  Deno.readFileSync(new URL("./kernels.wasm", import.meta.url)),
);
const known = new WeakMap<WebAssembly.Memory, Kernels>();

/** The kernels over a memory. */
export function kernelsOf(memory: WebAssembly.Memory): Kernels {
  const kernels = known.get(memory) ??
    new WebAssembly.Instance(module, { shared: { memory } }).exports as unknown as Kernels;
  known.set(memory, kernels);
  return kernels;
}
