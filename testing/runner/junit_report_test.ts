import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { testCases } from "./junit_report.ts";

Deno.test("Deno's report is read: files, names, steps, seconds and results", async () => {
  const folder = await Deno.makeTempDir();
  const report = join(folder, "report.xml");
  await Deno.writeTextFile(
    join(folder, "made_up_test.ts"),
    `Deno.test("a > b", () => {});
     Deno.test("outer", async (t) => {
       await t.step('<in> "one"', async (t) => {
         await t.step("deep", () => new Promise((resolve) => setTimeout(resolve, 30)));
       });
     });
     Deno.test("fails", () => { throw new Error(); });
     Deno.test.ignore("skipped", () => {});`,
  );
  await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-config", "--no-check", `--junit-path=${report}`],
    cwd: folder,
    stdout: "null",
    stderr: "null",
  }).output();
  const cases = testCases(await Deno.readTextFile(report));
  assertEquals(new Set(cases.map(({ file }) => file)), new Set(["made_up_test.ts"]));
  assertEquals(cases.map(({ name, isStep, result }) => [name, isStep, result]), [
    ["a > b", false, "passed"],
    ["outer", false, "passed"],
    ["fails", false, "failed"],
    ["skipped", false, "skipped"],
    ['outer > <in> "one"', true, "passed"],
    ['outer > <in> "one" > deep', true, "passed"],
  ]);
  const [, outer] = cases;
  assertEquals(outer.seconds >= 0.03 && outer.seconds < 600, true);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("an empty report has no tests", () => {
  assertEquals(testCases(""), []);
});
