/** The summary line for CI, computed from Deno's JUnit report. */
import { testCases } from "./junit_report.ts";

/** Numbers of tests by result. */
export interface TestCount {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Counts the test cases of a report. A failed run counts at least one failure, even where no test
 * reported it, as when a file does not load.
 * @param report null if no test ran
 * @param success whether the run exited with 0
 */
export function testCount(report: string | null, success: boolean): TestCount {
  const results = testCases(report ?? "").map(({ result }) => result);
  const count = (name: typeof results[number]) => results.filter((result) => result === name);
  const failed = count("failed").length;
  return {
    passed: count("passed").length,
    failed: success ? failed : Math.max(failed, 1),
    skipped: count("skipped").length,
  };
}

/** Returns the summary line. */
export function countLine({ passed, failed, skipped }: TestCount): string {
  return `${passed} passed, ${failed} failed` + (skipped > 0 ? `, ${skipped} skipped` : "");
}

if (import.meta.main) {
  const [path, code] = Deno.args;
  const report = await Deno.readTextFile(path).catch(() => null);
  const count = testCount(report, code === "0");
  console.log(countLine(count));
  Deno.exit(count.failed > 0 ? 1 : 0);
}
