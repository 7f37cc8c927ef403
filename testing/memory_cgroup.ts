/** A memory cgroup of a test's own, in which the kernel ends what takes too much. */
import { existsSync } from "node:fs";
import { until } from "../dev/test_until.ts";

export interface MemoryCgroup extends AsyncDisposable {
  /** Takes in a process; what it starts from then on belongs to it, too. */
  take(pid: number): void;
  /** Bytes that its processes hold. */
  held(): number;
  /** Sets the bytes that they may hold. */
  limit(bytes: number): void;
}

const ROOT = "/sys/fs/cgroup";
/** Names of version 1, whose controllers have a folder each, and of version 2. */
const VERSIONS = [
  { root: `${ROOT}/memory`, limit: "memory.limit_in_bytes", held: "memory.usage_in_bytes" },
  { root: ROOT, limit: "memory.max", held: "memory.current" },
];

/** Makes a cgroup without a limit; null where this process may not, or it has no memory controller. */
export function memoryCgroup(): MemoryCgroup | null {
  for (const { root, limit, held } of VERSIONS) {
    const folder = `${root}/airec-test-${crypto.randomUUID()}`;
    try {
      Deno.mkdirSync(folder);
    } catch {
      continue;
    }
    if (!existsSync(`${folder}/${limit}`)) {
      Deno.removeSync(folder);
      continue;
    }
    return {
      take: (pid) => Deno.writeTextFileSync(`${folder}/cgroup.procs`, String(pid)),
      held: () => Number(Deno.readTextFileSync(`${folder}/${held}`)),
      limit: (bytes) => Deno.writeTextFileSync(`${folder}/${limit}`, String(bytes)),
      // It can be removed when its last process has been collected.
      [Symbol.asyncDispose]: () => until(() => isRemoved(folder)).then(() => {}),
    };
  }
  return null;
}

function isRemoved(folder: string): boolean {
  try {
    Deno.removeSync(folder);
    return true;
  } catch {
    return false;
  }
}
