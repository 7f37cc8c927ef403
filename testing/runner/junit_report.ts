/** Deno's JUnit report of a run of the tests, read as a list of tests. */
import { decodeXML } from "entities";

/** One test of a run, or one step of it. */
export interface TestCase {
  /** Path of its file from the project's root, such as "web/api/session_test.ts". */
  file: string;
  /** Name; a step has those of its test and of the steps around it before its own. */
  name: string;
  isStep: boolean;
  seconds: number;
  result: "passed" | "failed" | "skipped";
}

/** Between a test's name and its step's. */
const STEP = " > ";

/** Returns the tests and steps of a report in its order: a file's steps follow its tests. */
export function testCases(report: string): TestCase[] {
  const cases = report.match(/<testcase\b[^>]*?(\/>|>[\s\S]*?<\/testcase>)/g) ?? [];
  const names = new Set<string>();
  return cases.map((text) => {
    const attribute = (name: string) =>
      decodeXML(new RegExp(`\\s${name}="([^"]*)"`).exec(text)?.[1] ?? "");
    const file = attribute("classname").replace(/^\.\//, "");
    const name = attribute("name");
    names.add(`${file} ${name}`);
    return {
      ...{ file, name },
      isStep: name.split(STEP).some((_, n, parts) =>
        n > 0 && names.has(`${file} ${parts.slice(0, n).join(STEP)}`)
      ),
      seconds: Number(attribute("time")),
      result: /<(failure|error)\b/.test(text)
        ? "failed"
        : /<skipped\b/.test(text)
        ? "skipped"
        : "passed",
    };
  });
}
