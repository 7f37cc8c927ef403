import { assertEquals } from "@std/assert";
import { isShortage } from "./crash_reason.ts";
import { WATCHED_BYTES } from "./memory_watch.ts";

/** Runs code in a process with a memory limit; returns how it ended. */
async function watched(code: string, bytes: number) {
  const watching = `import { watchMemory } from "${import.meta.resolve("./memory_watch.ts")}";
    using watch = watchMemory();
    ${code}`;
  const { signal, stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", watching],
    env: { [WATCHED_BYTES]: String(bytes) },
  }).output();
  return { signal, success, lastWords: new TextDecoder().decode(stderr) };
}

Deno.test("a process that blocks its event loop is ended when it exceeds its memory limit", async () => {
  const code = `const held = [];
    for (let start = Date.now(), last = 0; Date.now() - start < 180_000;) {
      if (Date.now() - last < 20 || held.length > 80) continue;
      last = Date.now();
      held.push(new Uint8Array(2 ** 24).fill(1));
    }`;
  const { signal, lastWords } = await watched(code, 4e8);
  assertEquals([signal, isShortage(lastWords)], ["SIGKILL", true], lastWords);
});

Deno.test("a process within its memory limit ends by itself", async () => {
  const { success, lastWords } = await watched("new Uint8Array(2 ** 24).fill(1)", 4e8);
  assertEquals(success, true, lastWords);
});
