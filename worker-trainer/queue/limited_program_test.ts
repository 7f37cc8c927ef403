import { assertEquals, assertStringIncludes } from "@std/assert";
import { isShortage } from "../runtime/crash_reason.ts";
import { limitedProgram } from "./limited_program.ts";

const MIB = 2 ** 20;

/** Runs code in a process limited to `bytes`; returns its output. */
async function limited(code: string, bytes: number) {
  const program = { command: Deno.execPath(), args: ["eval", "--no-check", code] };
  const { command, args } = limitedProgram(program, { bytes, threads: 0 });
  const { stdout, stderr, success } = await new Deno.Command(command, { args }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { out: text(stdout), err: text(stderr), success };
}

const takes = {
  "an ArrayBuffer": "new ArrayBuffer(size)",
  "a SharedArrayBuffer": "new SharedArrayBuffer(size)",
  "WebAssembly's memory":
    "new WebAssembly.Memory({ initial: 0, maximum: 65536, shared: true }).grow(size / 65536)",
};

for (const [what, take] of Object.entries(takes)) {
  Deno.test({
    name: `${what} beyond the limit is a RangeError, one below it is there`,
    ignore: Deno.build.os !== "linux",
    async fn() {
      const code = `for (const size of [${200 * MIB}, ${600 * MIB}]) {
        try { globalThis.held = ${take}; console.log("there"); }
        catch (error) { console.log(error.name, error.message); }
      }`;
      const { out, success } = await limited(code, 500 * MIB);
      const [small, large] = out.split("\n");
      assertEquals([small, success], ["there", true]);
      assertStringIncludes(large, "RangeError");
      assertEquals(isShortage(large), true, large);
    },
  });
}

Deno.test({
  name: "a limited process is the first that the system kills when memory is short",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const code = 'console.log(Deno.readTextFileSync("/proc/self/oom_score_adj"))';
    assertEquals((await limited(code, 500 * MIB)).out, "1000");
  },
});

Deno.test({
  name: "a heap beyond the limit ends the process, and its last output contains the reason",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const code = "const held = []; for (;;) held.push(new Array(1e6).fill(held.length))";
    const { err, success } = await limited(code, 150 * MIB);
    assertEquals([success, isShortage(err)], [false, true], err);
  },
});
