import { assertEquals } from "@std/assert";
import type { TestCase } from "./junit_report.ts";
import { timingLines } from "./timings.ts";

function testCase(file: string, name: string, seconds: number, isStep = false): TestCase {
  return { file, name, seconds, isStep, result: "passed" };
}

Deno.test("the slowest files and tests are listed, without steps and short ones", () => {
  const lines = timingLines([
    testCase("a_test.ts", "one", 3.2),
    testCase("a_test.ts", "two", 4.1),
    testCase("b_test.ts", "three", 60.4),
    testCase("b_test.ts", "three > its step", 60.1, true),
    testCase("c_test.ts", "four", 0.1),
  ]);
  assertEquals(lines, [
    "Slowest files, of 68 s in 3:",
    "   60 s  b_test.ts",
    "    7 s  a_test.ts",
    "Slowest tests:",
    "   60 s  b_test.ts: three",
  ]);
});

Deno.test("a run of short tests has no list", () => {
  assertEquals(timingLines([testCase("a_test.ts", "one", 0.3)]), []);
});

Deno.test("of many slow files the fifteen slowest are listed", () => {
  const cases = Array.from({ length: 40 }, (_, n) => testCase(`${n}_test.ts`, "a test", 10 + n));
  const lines = timingLines(cases);
  assertEquals(lines.length, 2 * (1 + 15));
  assertEquals(lines[1], "   49 s  39_test.ts");
});
