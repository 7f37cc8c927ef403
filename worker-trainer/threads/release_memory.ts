import { collect } from "./collect.ts";
import type { RowPool } from "./row_pool.ts";

/** `malloc_trim` of glibc; undefined if unavailable. */
const trim = openTrim();

/**
 * Returns unused memory to the system, which the garbage collectors and the C library do late:
 * shared memory looks small to the collector of each thread that saw it, and freed memory stays in
 * the C library's heap. Takes about 50 ms.
 */
export async function releaseMemory(pool: RowPool): Promise<void> {
  await pool.collect();
  collect();
  trim?.();
}

function openTrim(): (() => void) | undefined {
  try {
    const { symbols } = Deno.dlopen("libc.so.6", {
      malloc_trim: { parameters: ["usize"], result: "i32" },
    });
    return () => void symbols.malloc_trim(0n);
  } catch {
    return undefined; // Another C library than glibc, or no permission.
  }
}
