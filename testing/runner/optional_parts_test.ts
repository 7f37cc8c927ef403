import { assert, assertEquals } from "@std/assert";

/** Runs an expression on `part` or `ignoreWithout` with an environment; returns the output. */
async function ask(call: string, env: Record<string, string>): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--config", new URL("../../deno.json", import.meta.url).pathname],
      `data:text/typescript,${
        encodeURIComponent(
          `import { ignoreWithout, part } from "${new URL("optional_parts.ts", import.meta.url)}";
           console.log(${call});`,
        )
      }`,
    ],
    clearEnv: true,
    env: { PATH: "/nowhere", HOME: Deno.env.get("HOME") ?? "/", NO_COLOR: "1", ...env },
  }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

Deno.test("a dependency is found by its variable, else on the PATH, else it is missing", async () => {
  const here = new URL(".", import.meta.url).pathname;
  assertEquals(await ask(`part("data")`, { AIREC_TEST_DATA: here }), `${here}\n`);
  assertEquals(await ask(`part("mlflow")`, {}), "null\n");
  const wrong = await ask(`part("chromium")`, { AIREC_CHROMIUM: "/nowhere/chromium" });
  assert(wrong.includes("AIREC_CHROMIUM is /nowhere/chromium, which does not exist."), wrong);
});

Deno.test("tests without their dependency are skipped with one message, and fail in CI", async () => {
  const twice = `ignoreWithout("data") && ignoreWithout("data")`;
  const said = await ask(twice, {});
  assertEquals(said.match(/Tests skipped: data is missing: .*AIREC_TEST_DATA/g)?.length, 1, said);
  assert(said.endsWith("true\n"));
  const ci = await ask(twice, { AIREC_CI: "1" });
  assert(ci.includes("In CI no test may be skipped: data is missing"), ci);
});
