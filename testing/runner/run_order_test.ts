import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { allSourceFiles } from "../source_files.ts";
import { LONGEST, longestFirst } from "./run_order.ts";

Deno.test("every file of the order exists", () => {
  const files = allSourceFiles();
  assertEquals(LONGEST.filter((file) => !files.includes(file)), []);
});

Deno.test("the longest files come first, of those that are asked for", () => {
  assertEquals(longestFirst([]), [...LONGEST, "."]);
  assertEquals(longestFirst(["--filter=mlflow"]), ["--filter=mlflow", ...LONGEST, "."]);
  const inE2e = LONGEST.filter((file) => file.startsWith("e2e/"));
  assertEquals(longestFirst(["e2e"]), [...inE2e, "e2e"]);
  assertEquals(longestFirst(["web/", "./e2e/"]), [...inE2e, "web/", "./e2e/"]);
  assertEquals(longestFirst([LONGEST[1]]), [LONGEST[1], LONGEST[1]]);
});

Deno.test("Deno runs the files in the order of its arguments, and each once", async () => {
  const folder = await Deno.makeTempDir();
  for (const name of ["a", "b"]) {
    await Deno.writeTextFile(join(folder, `${name}_test.ts`), 'Deno.test("a test", () => {});');
  }
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--no-config", "--no-check", "b_test.ts", "."],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  const ran = new TextDecoder().decode(stdout).matchAll(/from \.\/(\w+_test\.ts)/g);
  assertEquals([...ran].map(([, file]) => file), ["b_test.ts", "a_test.ts"]);
  await Deno.remove(folder, { recursive: true });
});
