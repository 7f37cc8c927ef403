import { assert, assertEquals } from "@std/assert";
import { runFolder } from "./run_folder.ts";
import { leaks, noteLog, noteSecretsOf, readTraces } from "./traces.ts";

Deno.test("a secret is found anywhere in the output, and not shown again", () => {
  const secrets = ["a-secret-of-a-test", "another-secret"];
  const lines = ["GET /me 200", "error: https://x.test/?key=another-secret is wrong"];
  assertEquals(leaks({ secrets, lines }), ["error: https://x.test/?key=(secret) is wrong"]);
  assertEquals(leaks({ secrets, lines: lines.slice(0, 1) }), []);
});

Deno.test({
  name: "what tests note is in the folder that `task test` reads",
  ignore: !runFolder(),
  fn: async () => {
    const token = crypto.randomUUID();
    noteSecretsOf({ token, name: "Ada", api_key: null });
    noteLog({ message: `traces of ${token.slice(0, 8)}` });
    const { secrets, lines } = await readTraces(runFolder()!);
    assert(secrets.includes(token));
    assert(lines.some((line) => line.includes(token.slice(0, 8))));
  },
});
