/** Parent processes of this one, such as `npx`: it must end with them. */

/** A process as listed by `ps`. */
interface Row {
  pid: number;
  parent: number;
  program: string;
}

/** Newer releases of Node name the main thread; npm sets its own title. */
const RUNNERS = /^(deno|node|MainThread|npm|npx)/;
const SHELLS = /^(sh|dash)$/;

/**
 * Returns the runners above a process, nearest first: `deno task`, and the `npx` and `node` around
 * it. A shell between runners is skipped; the user's shell ends the chain.
 */
export function runnersAbove(pid: number, processes: Row[]): number[] {
  const byPid = new Map(processes.map((row) => [row.pid, row]));
  const runners: number[] = [];
  for (let at = byPid.get(byPid.get(pid)?.parent ?? 0); at; at = byPid.get(at.parent)) {
    if (RUNNERS.test(at.program)) runners.push(at.pid);
    else if (!SHELLS.test(at.program)) break;
  }
  return runners;
}

/**
 * Calls back once when a runner above this process has ended: `npx` does not forward SIGTERM.
 * @returns a function that ends the watch
 */
export function whenRunnerEnds(callback: () => void): () => void {
  if (Deno.build.os === "windows") return () => {};
  const runners = runnersAbove(Deno.pid, processes());
  const timer = setInterval(() => {
    const alive = new Set(processes().map(({ pid }) => pid));
    if (runners.every((pid) => alive.has(pid))) return;
    clearInterval(timer);
    callback();
  }, 1_000);
  return () => clearInterval(timer);
}

function processes(): Row[] {
  const { stdout } = new Deno.Command("ps", { args: ["-A", "-o", "pid=,ppid=,comm="] })
    .outputSync();
  return new TextDecoder().decode(stdout).trim().split("\n").map((line) => {
    const [, pid, parent, program] = line.trim().match(/^(\d+)\s+(\d+)\s+(.*)$/) ?? [];
    return { pid: Number(pid), parent: Number(parent), program: program.split("/").at(-1)! };
  });
}
