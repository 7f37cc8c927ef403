/**
 * The processes of the server on one data folder. Each carries the folder's own name, which a copy of
 * the folder does not share; `postmaster.pid` alone proves nothing: a copy of the folder holds the
 * original's, and after a restart of the machine the number may be another program's.
 */
import { join } from "@std/path";
import { exists } from "./postgres_binaries.ts";
import { signalGroup } from "./supervisor.ts";

export interface ServerProcesses {
  postmaster?: number;
  /** Background processes and those of connections; they may outlive a killed postmaster. */
  children: number[];
}

/** How long a server may take to end when it is asked, and when it is told. */
const ASKED_MS = 10_000;
const TOLD_MS = 5_000;

/** The `cluster_name` of the server on a data folder that exists: by the folder itself, not its path. */
export function clusterName(data: string): string {
  const { dev, ino } = Deno.statSync(data);
  return `airec-${dev.toString(36)}-${(ino ?? 0).toString(36)}`;
}

/** The processes that run on a data folder now, whoever started them. */
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
 * Ends what runs on a data folder, by a fast shutdown where the postmaster still does it, and removes
 * the pid file that would keep the next server from starting.
 */
export async function endProcessesOn(data: string): Promise<void> {
  const { postmaster } = await processesOn(data);
  if (postmaster !== undefined) {
    signalGroup(postmaster, "SIGINT", { only: true });
    await gone(data, ASKED_MS);
  }
  // Without a postmaster they save nothing any more, and hold the memory that the next one needs.
  const left = await processesOn(data);
  for (const pid of [left.postmaster, ...left.children]) {
    if (pid) signalGroup(pid, "SIGKILL", { only: true });
  }
  if (!await gone(data, TOLD_MS)) {
    throw new Error(`The server on ${data} must end before another starts, but it does not end.`);
  }
  await Deno.remove(join(data, "postmaster.pid")).catch(() => {});
}

/** Waits until nothing runs on the folder; false where something still does. */
async function gone(data: string, patienceMs: number): Promise<boolean> {
  for (const start = Date.now(); Date.now() - start < patienceMs;) {
    const { postmaster, children } = await processesOn(data);
    if (postmaster === undefined && children.length === 0) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
