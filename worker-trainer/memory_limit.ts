/** Where a container's limit stands: cgroup v2, then v1. */
const LIMITS = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];

/**
 * Bytes that this machine has, or the container that this process runs in where that may have less.
 * @param read gives a file's text, and throws where there is none.
 */
export function memoryOfMachine(
  total = Deno.systemMemoryInfo().total,
  read: (path: string) => string = Deno.readTextFileSync,
): number {
  for (const path of LIMITS) {
    try {
      const limit = Number(read(path)); // NaN for "max"
      if (limit > 0 && limit < total) return limit;
    } catch {
      // No such file: not Linux, or the other version.
    }
  }
  return total;
}
