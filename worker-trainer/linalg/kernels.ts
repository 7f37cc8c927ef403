/** The innermost loops, in WebAssembly: `kernels.wat`, assembled by `deno task build:kernels`. */

/** Pointers are byte offsets. */
export interface Kernels {
  /** sums += Σ_e values_e · b_(columns_e) over `count` entries; rows have `n` numbers. */
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
   * Writes the indices of the numbers among `count` whose |value| is above `below`, compared as
   * float32 bits, and returns how many there are.
   */
  above(values: number, count: number, below: number, indices: number): number;
  /** y ← a·u + b·v over `n` numbers; y may be u or v. */
  add(y: number, a: number, u: number, b: number, v: number, n: number): void;
  /**
   * One step of conjugate gradients over `n` numbers: x ← x + α p, r ← r − α q, p ← r + β p with α
   * = ‖r‖² / pᵀq and β = ‖r‖²' / ‖r‖². Does nothing if ‖r‖² or pᵀq is not positive: then the system
   * is solved to float32 precision.
   */
  advance(x: number, r: number, p: number, q: number, n: number): void;
}

const module = new WebAssembly.Module(
  Deno.readFileSync(new URL("./kernels.wasm", import.meta.url)),
);
const known = new WeakMap<WebAssembly.Memory, Kernels>();

/** Returns the kernels instantiated over `memory`. */
export function kernelsOf(memory: WebAssembly.Memory): Kernels {
  const kernels = known.get(memory) ??
    new WebAssembly.Instance(module, { shared: { memory } }).exports as unknown as Kernels;
  known.set(memory, kernels);
  return kernels;
}
