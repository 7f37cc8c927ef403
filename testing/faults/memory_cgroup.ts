/** Memory cgroup for a test, in which the kernel kills processes that exceed the limit. */
import { existsSync } from "node:fs";
import { until } from "../until.ts";

export interface MemoryCgroup extends AsyncDisposable {
  /** Adds a process; its later child processes belong to the cgroup as well. */
  take(pid: number): void;
  /** Returns the memory used by its processes, in bytes. */
  held(): number;
  /** Sets the memory limit, in bytes. */
  limit(bytes: number): void;
}

const ROOT = "/sys/fs/cgroup";
/** File names of cgroup version 1, with a folder per controller, and version 2. */
const VERSIONS = [
  { root: `${ROOT}/memory`, limit: "memory.limit_in_bytes", held: "memory.usage_in_bytes" },
  { root: ROOT, limit: "memory.max", held: "memory.current" },
];

/** Creates a cgroup without a limit; returns null without permission or memory controller. */
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
      // Can be deleted once its last process has been reaped.
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
