/** What a `task dev` that was killed left running: noted while it runs, ended by the next one. */
import { join } from "@std/path";
import { signalGroup } from "./supervisor.ts";

/** A process and when it started: together no other process has them. */
interface Noted {
  pid: number;
  since: string;
}

/** Notes started processes in the home, by name. */
export function noteProcesses(home: string): (name: string, pid: number) => void {
  const noted: Record<string, Noted> = {};
  return (name, pid) => {
    noted[name] = { pid, since: startOf(pid) };
    Deno.writeTextFileSync(fileIn(home), JSON.stringify(noted));
  };
}

/** Ends what is noted and still runs, and returns the names. */
export async function endLeftOvers(home: string): Promise<string[]> {
  const text = await Deno.readTextFile(fileIn(home)).catch(() => "{}");
  const left = Object.entries(notedIn(text))
    .filter(([, { pid, since }]) => since !== "" && startOf(pid) === since);
  for (const [, { pid }] of left) signalGroup(pid, "SIGKILL");
  for (const [, { pid, since }] of left) {
    while (startOf(pid) === since) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await Deno.remove(fileIn(home)).catch(() => {});
  return left.map(([name]) => name);
}

const fileIn = (home: string) => join(home, "running.json");

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
