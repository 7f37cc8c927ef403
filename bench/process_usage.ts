/** CPU time and memory of processes, from Linux's /proc. */

/** Clock ticks per second, `USER_HZ`: 100 on every Linux that Deno supports. */
const TICKS = 100;

/** Returns the total CPU time of the processes, user and system, in seconds. */
export function cpuSeconds(pids: number[]): number {
  return pids.reduce((sum, pid) => sum + ticksOf(pid), 0) / TICKS;
}

/** Returns the resident memory of a process in bytes, current and peak. */
export function memoryOf(pid: number): { resident: number; peak: number } {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  const kilobytes = (name: string) =>
    1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0);
  return { resident: kilobytes("VmRSS"), peak: kilobytes("VmHWM") };
}

/** Returns the number of open files, sockets and pipes of a process. */
export function handlesOf(pid: number): number {
  return Array.from(Deno.readDirSync(`/proc/${pid}/fd`)).length;
}

/** Returns a process and its direct children. */
export function withChildren(pid: number): number[] {
  const children: number[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (/^\d+$/.test(name) && statOf(Number(name))?.[1] === String(pid)) {
      children.push(Number(name));
    }
  }
  return [pid, ...children];
}

/** Returns the CPU ticks of a process and of its children that have ended and been reaped. */
function ticksOf(pid: number): number {
  const stat = statOf(pid);
  return stat ? [11, 12, 13, 14].reduce((sum, field) => sum + Number(stat[field]), 0) : 0;
}

/** Returns the fields of proc_pid_stat(5) from the state on; undefined for an ended process. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/stat`);
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
