import { assertEquals } from "@std/assert";
import { curlByKey, curlByLogin, quoted } from "./curl.ts";

/** What a shell makes of a command: the arguments, one by one. */
async function argumentsOf(command: string): Promise<string[]> {
  const script = `curl() { printf '%s\\0' "$@"; }\n${command}`;
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", script],
    env: { AIREC_API_KEY: "airec_live_x" },
  }).output();
  return new TextDecoder().decode(stdout).split("\0").slice(0, -1);
}

Deno.test("a shell gets the call as it was meant, whatever the title holds", async () => {
  const title = `Ocean's "11" & $HOME \\ 100% (2001)`;
  const byKey = curlByKey("http://localhost:3001", {
    project: 7,
    asked: { item_title: title, user_id: "1", n: "5" },
  });
  assertEquals(await argumentsOf(byKey), [
    "http://localhost:3001/api/recommend",
    "-H",
    "x-api-key: airec_live_x",
    "-H",
    "content-type: application/json",
    "-d",
    JSON.stringify({ project_id: 7, item_title: title, user_id: "1", n: 5 }),
  ]);

  const byLogin = curlByLogin("http://localhost:8000", {
    project: "7",
    asked: { item_title: title },
    token: "t.o.k",
  });
  const [url, , header] = await argumentsOf(byLogin);
  assertEquals(new URL(url).searchParams.get("item_title"), title);
  assertEquals(header, "Authorization: Bearer t.o.k");
});

Deno.test("what needs no quotes gets none", () => {
  assertEquals(
    quoted("http://localhost:3001/api/recommend"),
    "http://localhost:3001/api/recommend",
  );
  assertEquals(quoted("a b"), "'a b'");
});
