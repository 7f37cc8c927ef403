import { assert, assertEquals } from "@std/assert";
import { type Program, supervise } from "./supervisor.ts";

/** Returns a program that runs a line of JavaScript. */
const script = (name: string, code: string): Program => ({
  name,
  command: Deno.execPath(),
  args: ["eval", code],
});

/** Collects the lines, and waits for one. */
function listener() {
  const lines: string[] = [];
  return {
    lines,
    say: (name: string, line: string) => void lines.push(`${name}: ${line}`),
    async heard(line: string, times = 1) {
      const deadline = Date.now() + 20_000;
      while (lines.filter((said) => said.includes(line)).length < times) {
        assert(
          Date.now() < deadline,
          `never heard "${line}" ${times} times in ${lines.join("\n")}`,
        );
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

const WAITS = "console.log('up'); setInterval(() => {}, 1e6);";

/** Whether a process runs; zombies do not. */
function alive(pid: number): boolean {
  const { stdout } = new Deno.Command("ps", { args: ["-p", String(pid), "-o", "stat="] })
    .outputSync();
  return /^[^Z]/.test(new TextDecoder().decode(stdout).trim());
}

Deno.test("lines of both streams have their program's name", async () => {
  const { say, heard, lines } = listener();
  const supervisor = supervise([
    script("a", "console.log('out of a'); console.error('err of a'); setInterval(() => {}, 1e6);"),
    script("b", "console.log('out of b'); setInterval(() => {}, 1e6);"),
  ], { say });
  await Promise.all([heard("a: out of a"), heard("a: err of a"), heard("b: out of b")]);
  await supervisor.stop();
  assertEquals(lines.length, 3);
});

Deno.test("a program that crashes is reported and restarted, with growing delays", async () => {
  const { say, heard, lines } = listener();
  const started: number[] = [];
  const supervisor = supervise([script("crasher", "Deno.exit(3)")], {
    say,
    backoffMs: 20,
    started: (_, pid) => started.push(pid),
  });
  await heard("ended with code 3", 3);
  await supervisor.stop();
  assert(new Set(started).size >= 3);
  assertEquals(lines[0], "crasher: ended with code 3; restarting in 0.02 s");
  assertEquals(lines[1], "crasher: ended with code 3; restarting in 0.04 s");
});

Deno.test("a program killed from outside is restarted", async () => {
  const { say, heard } = listener();
  const supervisor = supervise([script("one", WAITS)], { say, backoffMs: 20 });
  await heard("one: up");
  const first = supervisor.pidOf("one")!;
  Deno.kill(first, "SIGKILL");
  await heard("ended by SIGKILL");
  await heard("one: up", 2);
  assert(supervisor.pidOf("one") !== first);
  await supervisor.stop();
  assertEquals(supervisor.pidOf("one"), undefined);
});

Deno.test("a program that cannot start is reported; the others run", async () => {
  const { say, heard } = listener();
  const missing = { name: "missing", command: "/no/such/program", args: [] };
  const supervisor = supervise([missing, script("one", WAITS)], { say });
  await heard("missing: could not start");
  await heard("one: up");
  await supervisor.stop();
});

Deno.test("stop signals, waits, then kills, including the program's child processes", async () => {
  const { say, heard, lines } = listener();
  const polite = `Deno.addSignalListener("SIGTERM", () => { console.log("bye"); Deno.exit(0); });
    console.log("ready"); setInterval(() => {}, 1e6);`;
  const deaf = `Deno.addSignalListener("SIGTERM", () => {});
    const child = new Deno.Command(Deno.execPath(), { args: ["eval", "setInterval(()=>{},1e6)"] });
    console.log("child " + child.spawn().pid); setInterval(() => {}, 1e6);`;
  const supervisor = supervise([script("polite", polite), script("deaf", deaf)], {
    say,
    graceMs: 300,
  });
  await Promise.all([heard("polite: ready"), heard("deaf: child")]);
  const pids = [supervisor.pidOf("polite")!, supervisor.pidOf("deaf")!];
  const grandchild = Number(lines.find((line) => line.startsWith("deaf: child"))!.split(" ")[2]);
  await supervisor.stop();
  assert(lines.includes("polite: bye"));
  assert(lines.includes("deaf: did not end within 0.3 s and is killed"));
  for (const pid of [...pids, grandchild]) assert(!alive(pid), `${pid} is still there`);
});
