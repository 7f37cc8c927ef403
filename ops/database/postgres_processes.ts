/**
 * Processes of the server on a data folder. They are found by a cluster name derived from the
 * folder's inode, which a copy does not share. `postmaster.pid` is no proof: a copy of the folder
 * contains the original's, and after a reboot the number may belong to another program.
 */
import { join } from "@std/path";
import { exists } from "./postgres_binaries.ts";
import { signalGroup } from "../processes/supervisor.ts";

export interface ServerProcesses {
  postmaster?: number;
  /** Background processes and backends; they may outlive a killed postmaster. */
  children: number[];
}

/** Time for a fast shutdown, and for the end after SIGKILL. */
const ASKED_MS = 10_000;
const TOLD_MS = 5_000;

/** Returns the `cluster_name` for an existing data folder: by device and inode, not by path. */
export function clusterName(data: string): string {
  const { dev, ino } = Deno.statSync(data);
  return `airec-${dev.toString(36)}-${(ino ?? 0).toString(36)}`;
}

/** Returns the running processes on a data folder. */
export async function processesOn(data: string): Promise<ServerProcesses> {
  if (Deno.build.os === "windows" || !await exists(data)) return { children: [] };
  const name = clusterName(data);
  const { stdout } = await new Deno.Command("ps", { args: ["-Aww", "-o", "pid=,stat=,args="] })
    .output();
  const found: ServerProcesses = { children: [] };
  for (const line of new TextDecoder().decode(stdout).split("\n")) {
    const [, pid, state, args] = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (!pid || state.startsWith("Z")) continue;
    if (args.startsWith(`postgres: ${name}: `)) found.children.push(Number(pid));
    else if (`${args} `.includes(` cluster_name=${name} `)) found.postmaster = Number(pid);
  }
  return found;
}

/**
 * Ends the processes on a data folder, by a fast shutdown if possible, and removes the pid file,
 * which would prevent the next start.
 */
export async function endProcessesOn(data: string): Promise<void> {
  const { postmaster } = await processesOn(data);
  if (postmaster !== undefined) {
    signalGroup(postmaster, "SIGINT", { only: true });
    await gone(data, ASKED_MS);
  }
  // Without a postmaster they save nothing, and hold the shared memory that the next server needs.
  const left = await processesOn(data);
  for (const pid of [left.postmaster, ...left.children]) {
    if (pid) signalGroup(pid, "SIGKILL", { only: true });
  }
  if (!await gone(data, TOLD_MS)) {
    throw new Error(`The server on ${data} does not stop, so no other can be started.`);
  }
  await Deno.remove(join(data, "postmaster.pid")).catch(() => {});
}

/** Waits until no process runs on the folder; returns false at the deadline. */
async function gone(data: string, patienceMs: number): Promise<boolean> {
  for (const start = Date.now(); Date.now() - start < patienceMs;) {
    const { postmaster, children } = await processesOn(data);
    if (postmaster === undefined && children.length === 0) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
