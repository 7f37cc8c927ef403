import process from "node:process";

/** Returns the CPU time of this process with all its threads so far, in seconds. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
