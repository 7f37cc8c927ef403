import { assertEquals, assertStringIncludes } from "@std/assert";
import { curlByKey, curlByLogin, javascriptByKey, pythonByKey, quoted } from "./calls.ts";

const TITLE = `Ocean's "11" & $HOME \\ 100% – Amélie\u2028(2001)`;
const question = {
  item_title: TITLE,
  user_id: "1",
  n: 5,
  filter: { year: { gte: 1990 } },
  explain: true,
};
const BODY = { project_id: 7, ...question };

/** Returns the arguments that a shell passes to curl for a command. */
async function argumentsOf(command: string): Promise<string[]> {
  const script = `curl() { printf '%s\\0' "$@"; }\n${command}`;
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", script],
    env: { AIREC_API_KEY: "airec_live_x" },
  }).output();
  return new TextDecoder().decode(stdout).split("\0").slice(0, -1);
}

/** Answers one request like the webhooks service; returns the request and the output of `run`. */
async function served(run: (address: string) => Promise<string>) {
  const came: { key: string | null; body: unknown }[] = [];
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      came.push({ key: request.headers.get("x-api-key"), body: await request.json() });
      return Response.json({ recommendations: [{ item_title: "Heat", score: .5 }] });
    },
  );
  const said = await run(`http://127.0.0.1:${server.addr.port}`);
  return { came, said };
}

async function output(program: string, args: string[]): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(program, {
    args,
    env: { AIREC_API_KEY: "airec_live_x", NO_COLOR: "1" },
  }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

Deno.test("a shell receives the intended call, with any title", async () => {
  const byKey = curlByKey({ webhooks: "http://localhost:3001", project: 7, question });
  assertEquals(await argumentsOf(byKey), [
    "http://localhost:3001/api/recommend",
    "-H",
    "x-api-key: airec_live_x",
    "-H",
    "content-type: application/json",
    "-d",
    JSON.stringify(BODY, null, 2),
  ]);
  const byLogin = curlByLogin("http://localhost:8000", { project: "7", question, token: "t.o.k" });
  const [url, , header, , , , body] = await argumentsOf(byLogin);
  assertEquals(url, "http://localhost:8000/project/7/recommendations");
  assertEquals([header, JSON.parse(body)], ["Authorization: Bearer t.o.k", question]);
});

Deno.test("the JavaScript runs as it is shown", async () => {
  const { came, said } = await served((webhooks) =>
    output(Deno.execPath(), [
      "eval",
      `const AIREC_API_KEY = "airec_live_x";\n${
        javascriptByKey({ webhooks, project: 7, question })
      }`,
    ])
  );
  assertEquals(came, [{ key: "airec_live_x", body: BODY }], said);
  assertStringIncludes(said, "Heat 0.5");
});

const python = await new Deno.Command("python3", { args: ["--version"] }).output()
  .then(({ success }) => success, () => false);

Deno.test({
  name: "the Python runs as it is shown",
  ignore: !python,
  async fn() {
    const { came, said } = await served((webhooks) =>
      output("python3", ["-c", pythonByKey({ webhooks, project: 7, question })])
    );
    assertEquals(came, [{ key: "airec_live_x", body: BODY }], said);
    assertStringIncludes(said, "Heat 0.5");
  },
});

Deno.test("values that need no quotes get none", () => {
  assertEquals(
    quoted("http://localhost:3001/api/recommend"),
    "http://localhost:3001/api/recommend",
  );
  assertEquals(quoted("a b"), "'a b'");
});
