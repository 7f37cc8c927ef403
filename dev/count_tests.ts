/** The one line that CI reads, from Deno's own report of the tests (JUnit XML). */

/** How the tests ended. */
export interface TestCount {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Counts a report. A run that failed has a failure, also where no test could say so: a file that
 * does not load, or whatever came before the tests.
 * @param report null where no test ran.
 * @param success whether the whole run ended with 0.
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

/** The line. */
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
