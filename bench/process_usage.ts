/** What processes have used, by Linux's /proc: seconds of all their threads, and bytes in memory. */

/** Clock ticks a second, `USER_HZ`: 100 on every Linux that Deno runs on. */
const TICKS = 100;

/** Seconds of CPU, user and system, of each of these processes together. */
export function cpuSeconds(pids: number[]): number {
  return pids.reduce((sum, pid) => sum + ticksOf(pid), 0) / TICKS;
}

/** Bytes in memory, of each of these processes: now, and at the most since they began. */
export function memoryOf(pid: number): { resident: number; peak: number } {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  const kilobytes = (name: string) =>
    1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0);
  return { resident: kilobytes("VmRSS"), peak: kilobytes("VmHWM") };
}

/** A process and those that it started itself. */
export function withChildren(pid: number): number[] {
  const children: number[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (/^\d+$/.test(name) && statOf(Number(name))?.[1] === String(pid)) {
      children.push(Number(name));
    }
  }
  return [pid, ...children];
}

/** Those of the process, and of its children that have ended and were waited for. */
function ticksOf(pid: number): number {
  const stat = statOf(pid);
  return stat ? [11, 12, 13, 14].reduce((sum, field) => sum + Number(stat[field]), 0) : 0;
}

/** The fields of proc_pid_stat(5) from the state on, which is 0; undefined where it has ended. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/stat`);
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
