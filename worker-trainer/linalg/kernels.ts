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
  /**
   * Writes the indices of those of `count` numbers whose |value| is above `below`, both compared as
   * bits, and gives how many they are.
   */
  above(values: number, count: number, below: number, indices: number): number;
  /** y ← a·u + b·v over `n` numbers; y may be u or v. */
  add(y: number, a: number, u: number, b: number, v: number, n: number): void;
  /**
   * x ← x + α p, r ← r − α q, p ← r + β p with α = ‖r‖² / pᵀq and β = ‖r‖²' / ‖r‖², over `n`
   * numbers; nothing where r or pᵀq is not above 0: that is solved to the last bit.
   */
  advance(x: number, r: number, p: number, q: number, n: number): void;
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
