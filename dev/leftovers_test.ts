import { assertEquals } from "@std/assert";
import { endLeftOvers, noteProcesses } from "./leftovers.ts";

Deno.test("what is noted and still runs is ended; what has a used number is not", async () => {
  const home = await Deno.makeTempDir();
  const sleeper = () =>
    new Deno.Command(Deno.execPath(), {
      args: ["eval", "setInterval(() => {}, 1e6)"],
      detached: true,
    }).spawn();
  const [left, other] = [sleeper(), sleeper()];
  const note = noteProcesses(home);
  note("left", left.pid);
  note("other", other.pid);
  const path = `${home}/running.json`;
  const noted = JSON.parse(await Deno.readTextFile(path));
  noted.other.since = "Thu Jan 1 00:00:00 1970";
  await Deno.writeTextFile(path, JSON.stringify(noted));

  assertEquals(await endLeftOvers(home), ["left"]);
  assertEquals((await left.status).signal, "SIGKILL");
  assertEquals(await endLeftOvers(home), []);
  other.kill("SIGKILL");
  assertEquals((await other.status).signal, "SIGKILL");
});

Deno.test("a note that was cut short is no fault", async () => {
  const home = await Deno.makeTempDir();
  await Deno.writeTextFile(`${home}/running.json`, '{"auth": {"pi');
  assertEquals(await endLeftOvers(home), []);
});
