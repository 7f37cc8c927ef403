/**
 * Processes left running by a killed `task dev`: recorded while it runs, ended by the next start.
 */
import { join } from "@std/path";
import type { Home } from "../ops/home/home.ts";
import { signalGroup } from "../ops/processes/supervisor.ts";

/** A process and its start time, which identify it during one boot. */
interface Noted {
  pid: number;
  since: string;
  /** `instanceOf` the home; a copy of the home has another. */
  of: string;
}

type Owner = Pick<Home, "id" | "path">;

/** Returns a function that records started processes in the home, by name. */
export function noteProcesses(home: Owner): (name: string, pid: number) => void {
  const noted: Record<string, Noted> = {};
  const of = instanceOf(home);
  return (name, pid) => {
    noted[name] = { pid, since: startOf(pid), of };
    Deno.writeTextFileSync(fileIn(home), JSON.stringify(noted));
  };
}

/** Ends the recorded processes that still run; returns their names. */
export async function endLeftOvers(home: Owner): Promise<string[]> {
  const text = await Deno.readTextFile(fileIn(home)).catch(() => "{}");
  const ours = instanceOf(home);
  const left = Object.entries(notedIn(text))
    .filter(([, { pid, since, of }]) => of === ours && since !== "" && startOf(pid) === since);
  for (const [, { pid }] of left) signalGroup(pid, "SIGKILL");
  for (const [, { pid, since }] of left) {
    while (startOf(pid) === since) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await Deno.remove(fileIn(home)).catch(() => {});
  return left.map(([name]) => name);
}

const fileIn = (home: Owner) => join(home.path, "running.json");

/** Returns the identity of the home, its folder and the boot; a copy is another folder. */
function instanceOf({ id, path }: Owner): string {
  const { dev, ino } = Deno.statSync(path);
  return [id, dev, ino, bootId()].join(" ");
}

/** Returns the boot id of the machine; empty where it is not available. */
function bootId(): string {
  try {
    return Deno.readTextFileSync("/proc/sys/kernel/random/boot_id").trim();
  } catch {
    return "";
  }
}

/** Parses the record, which may be truncated by a kill. */
function notedIn(text: string): Record<string, Noted> {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** Returns the start time of a process; empty if it does not exist or is a zombie. */
function startOf(pid: number): string {
  if (Deno.build.os === "windows") return "";
  const { stdout } = new Deno.Command("ps", { args: ["-p", String(pid), "-o", "stat=,lstart="] })
    .outputSync();
  const [state = "", ...start] = new TextDecoder().decode(stdout).trim().split(/\s+/);
  return state.startsWith("Z") ? "" : start.join(" ");
}
