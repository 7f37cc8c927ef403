import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { countLine, testCount } from "./count_tests.ts";

/** Runs a test file with Deno and counts its report. */
async function countOf(code: string) {
  const folder = await Deno.makeTempDir();
  const [file, report] = [join(folder, "made_up_test.ts"), join(folder, "report.xml")];
  await Deno.writeTextFile(file, code);
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-config", "--no-check", `--junit-path=${report}`, file],
    stdout: "null",
    stderr: "null",
  }).output();
  return testCount(await Deno.readTextFile(report).catch(() => null), success);
}

Deno.test("Deno's report is counted: passed, failed, skipped", async () => {
  const count = await countOf(`
    Deno.test("a", () => {});
    Deno.test("b </testcase> & <failure>", () => {});
    Deno.test("c", () => { throw new Error("no <skipped/>"); });
    Deno.test.ignore("d", () => {});
  `);
  assertEquals(count, { passed: 2, failed: 1, skipped: 1 });
  assertEquals(countLine(count), "2 passed, 1 failed, 1 skipped");
  assertEquals(countLine({ ...count, skipped: 0 }), "2 passed, 1 failed");
});

Deno.test("a file that does not load, and a run without tests, are failures", async () => {
  assertEquals((await countOf("throw new Error('at load')")).failed, 1);
  assertEquals(testCount(null, false), { passed: 0, failed: 1, skipped: 0 });
  assertEquals(countLine(testCount(null, false)), "0 passed, 1 failed");
});
