import { assertEquals } from "@std/assert";
import { endLeftOvers, noteProcesses } from "./leftovers.ts";

const newHome = async () => ({ id: crypto.randomUUID(), path: await Deno.makeTempDir() });

Deno.test("recorded processes that still run are ended, those with a reused pid are not", async () => {
  const home = await newHome();
  const sleeper = () =>
    new Deno.Command(Deno.execPath(), {
      args: ["eval", "setInterval(() => {}, 1e6)"],
      detached: true,
    }).spawn();
  const [left, other] = [sleeper(), sleeper()];
  const note = noteProcesses(home);
  note("left", left.pid);
  note("other", other.pid);
  const path = `${home.path}/running.json`;
  const noted = JSON.parse(await Deno.readTextFile(path));
  noted.other.since = "Thu Jan 1 00:00:00 1970";
  await Deno.writeTextFile(path, JSON.stringify(noted));

  assertEquals(await endLeftOvers(home), ["left"]);
  assertEquals((await left.status).signal, "SIGKILL");
  assertEquals(await endLeftOvers(home), []);
  other.kill("SIGKILL");
  assertEquals((await other.status).signal, "SIGKILL");
});

Deno.test("a truncated record is ignored", async () => {
  const home = await newHome();
  await Deno.writeTextFile(`${home.path}/running.json`, '{"auth": {"pi');
  assertEquals(await endLeftOvers(home), []);
});

Deno.test("a copied home ends no process of the original; a moved home does", async () => {
  const home = await newHome();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "setInterval(() => {}, 1e6)"],
    detached: true,
  }).spawn();
  noteProcesses(home)("left", child.pid);
  const copy = { ...home, path: `${home.path}-copy` };
  await Deno.mkdir(copy.path);
  await Deno.copyFile(`${home.path}/running.json`, `${copy.path}/running.json`);
  assertEquals(await endLeftOvers(copy), []);
  const moved = { ...home, path: `${home.path}-moved` };
  await Deno.rename(home.path, moved.path);
  assertEquals(await endLeftOvers(moved), ["left"]);
  assertEquals((await child.status).signal, "SIGKILL");
});
