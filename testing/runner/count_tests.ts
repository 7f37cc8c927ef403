/** The summary line for CI, computed from Deno's JUnit report. */

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
  const cases = (report ?? "").match(/<testcase\b[^>]*?(\/>|>[\s\S]*?<\/testcase>)/g) ?? [];
  const failed = cases.filter((one) => /<(failure|error)\b/.test(one)).length;
  const skipped = cases.filter((one) => /<skipped\b/.test(one)).length;
  return {
    passed: cases.length - failed - skipped,
    failed: success ? failed : Math.max(failed, 1),
    skipped,
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
