import { assert, assertEquals } from "@std/assert";
import { beat, firstBeat, pausedMs } from "./pauses.ts";
import { WATCHED_BYTES } from "./memory_watch.ts";

Deno.test("a long time without a beat is a pause, before and after the next one", () => {
  const beats = firstBeat(1000);
  beat(beats, 1250);
  beat(beats, 3000);
  assertEquals(pausedMs(beats, 3100), 0);
  assertEquals(pausedMs(beats, 13_000), 10_000);
  beat(beats, 13_000);
  beat(beats, 13_250);
  assertEquals(pausedMs(beats, 13_300), 10_000);
});

Deno.test("a process that was suspended knows for how long", async () => {
  const code = `import { watchMemory } from "${import.meta.resolve("./memory_watch.ts")}";
    using watch = watchMemory();
    console.log("running");
    await Deno.stdin.read(new Uint8Array(1));
    console.log(watch.pausedSeconds());`;
  await using child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", code],
    env: { [WATCHED_BYTES]: "4e9" },
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  assertEquals((await lines.read()).value, "running\n");
  child.kill("SIGSTOP");
  await new Promise((done) => setTimeout(done, 4000));
  child.kill("SIGCONT");
  const input = child.stdin.getWriter();
  await input.write(new Uint8Array(1));
  await input.close();
  const seconds = Number((await lines.read()).value);
  await lines.cancel();
  assert(seconds >= 3.9, `${seconds}`);
});
