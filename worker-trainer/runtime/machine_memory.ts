/** Files of a container's memory limit: cgroup v2, then v1. */
const LIMITS = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];

/**
 * Returns the bytes of memory of this machine, or of its container if that has less.
 * @param read returns a file's text; throws if there is none.
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
