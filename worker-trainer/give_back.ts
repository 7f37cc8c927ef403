/** What a process is started with that can call the collector. */
export const COLLECTING = "--v8-flags=--expose-gc";

/** The C library's own way to give back what was freed; nothing where it has none. */
const trim = openTrim();

/**
 * Gives memory that nobody uses any more back to the system, which the collector and the C library
 * are in no hurry to do: what threads share is small to the collector, and what was freed stays in
 * the heap for whoever asks next. Takes some 50 ms.
 */
export function giveBack(): void {
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
  // The second time waits until what the first found is freed.
  gc?.();
  trim?.(0);
}

function openTrim(): ((pad: number) => number) | undefined {
  try {
    const { symbols } = Deno.dlopen("libc.so.6", {
      malloc_trim: { parameters: ["usize"], result: "i32" },
    });
    return (pad) => symbols.malloc_trim(BigInt(pad));
  } catch {
    return undefined; // Another C library than glibc, or no permission.
  }
}
