import { collect } from "./linalg/collect.ts";
import type { RowPool } from "./linalg/row_pool.ts";

/** The C library's own way to give back what was freed; nothing where it has none. */
const trim = openTrim();

/**
 * Gives memory that nobody uses any more back to the system, which the collector and the C library
 * are in no hurry to do: what threads share is small to the collectors of all who saw it, and what was
 * freed stays in the heap for whoever asks next. Takes some 50 ms.
 */
export async function giveBack(pool: RowPool): Promise<void> {
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
