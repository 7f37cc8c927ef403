/** What a `task dev` that was killed left running: noted while it runs, ended by the next one. */
import { join } from "@std/path";
import type { Home } from "./home.ts";
import { signalGroup } from "./supervisor.ts";

/** A process and when it started: together no other process of this boot has them. */
interface Noted {
  pid: number;
  since: string;
  /** Whose it is: `instanceOf` the home, which a copy of the home does not share. */
  of: string;
}

type Owner = Pick<Home, "id" | "path">;

/** Notes started processes in the home, by name. */
export function noteProcesses(home: Owner): (name: string, pid: number) => void {
  const noted: Record<string, Noted> = {};
  const of = instanceOf(home);
  return (name, pid) => {
    noted[name] = { pid, since: startOf(pid), of };
    Deno.writeTextFileSync(fileIn(home), JSON.stringify(noted));
  };
}

/** Ends what this home noted and still runs, and returns the names. */
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

/** The home, the very folder, and the boot of the machine: a copy has another folder. */
function instanceOf({ id, path }: Owner): string {
  const { dev, ino } = Deno.statSync(path);
  return [id, dev, ino, bootId()].join(" ");
}

/** Which boot of the machine this is, where the system says so. */
function bootId(): string {
  try {
    return Deno.readTextFileSync("/proc/sys/kernel/random/boot_id").trim();
  } catch {
    return "";
  }
}

/** Cut short by the kill, the file may be anything. */
function notedIn(text: string): Record<string, Noted> {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** When a process started, empty where there is none (or only its exit code is left). */
function startOf(pid: number): string {
  if (Deno.build.os === "windows") return "";
  const { stdout } = new Deno.Command("ps", { args: ["-p", String(pid), "-o", "stat=,lstart="] })
    .outputSync();
  const [state = "", ...start] = new TextDecoder().decode(stdout).trim().split(/\s+/);
  return state.startsWith("Z") ? "" : start.join(" ");
}
