import { assert, assertEquals, assertMatch } from "@std/assert";
import { freePort } from "../ops/processes/free_port.ts";
import { until } from "../testing/until.ts";

const MAIN = new URL("./main.ts", import.meta.url).pathname;

/** Starts `task dev` with its own home and ports. */
function dev(environment: Record<string, string>, ...flags: string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", MAIN, ...flags],
    env: environment,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let said = "";
  const read = Promise.all([child.stdout, child.stderr].map(async (stream) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) said += text;
  }));
  return {
    child,
    said: () => said,
    async heard(words: string | RegExp) {
      const deadline = Date.now() + 180_000;
      while (!said.match(words)) {
        assert(Date.now() < deadline, `never heard ${words} in:\n${said}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    [Symbol.dispose]() {
      try {
        child.kill("SIGTERM");
      } catch {
        // Has already ended.
      }
    },
    async ended() {
      const { code } = await child.status;
      await read;
      return code;
    },
  };
}

async function surroundings(): Promise<Record<string, string>> {
  const home = await Deno.makeTempDir({ prefix: "airec-dev-" });
  await Deno.chmod(home, 0o755);
  const names = ["AUTH_PORT", "WEBHOOKS_PORT", "RECOMMENDER_PORT", "WEB_PORT"];
  const ports = Object.fromEntries(names.map((name) => [name, String(freePort())]));
  return { AIREC_HOME: `${home}/home`, DATABASE_URL: "", MLFLOW_TRACKING_URI: "", ...ports };
}

/** Returns the process id of the home's database server. */
async function postmasterOf({ AIREC_HOME }: Record<string, string>): Promise<number> {
  const file = await Deno.readTextFile(`${AIREC_HOME}/postgres/data/postmaster.pid`);
  return Number(file.split("\n")[0]);
}

/** Copies the home; returns an environment for the copy with other ports. */
async function copied(environment: Record<string, string>): Promise<Record<string, string>> {
  const other = await surroundings();
  const { success } = await new Deno.Command("cp", {
    args: ["-a", environment.AIREC_HOME, other.AIREC_HOME],
  }).output();
  assert(success);
  return other;
}

/** Returns the processes whose command or environment contains the home. */
function processesOf(environment: Record<string, string>): string[] {
  const { stdout } = new Deno.Command("ps", { args: ["-A", "eww", "-o", "pid=,stat=,args="] })
    .outputSync();
  return new TextDecoder().decode(stdout).split("\n").filter((line) =>
    line.includes(environment.AIREC_HOME) && !/^\s*\d+\s+Z/.test(line)
  );
}

Deno.test({
  name: "task dev starts, recovers from a crash and a kill, and ends without leftovers",
  ignore: Deno.build.os === "windows",
  async fn() {
    const environment = await surroundings();
    using first = dev(environment);
    await first.heard("AiREC is up");
    const login = /Demo login\s+(\S+)\s+(\S+)/.exec(first.said())!;
    assertMatch(login[1], /^demo@/);
    for (const words of ["Native GEMM", "MLflow: off", "loopback", environment.AIREC_HOME]) {
      assert(first.said().includes(words), words);
    }
    assert(first.said().includes(`http://localhost:${environment.WEB_PORT}`));

    const up = processesOf(environment);
    assert(up.length >= 6, `the programs, Postgres and the first: ${up.join("\n")}`);

    const running = JSON.parse(await Deno.readTextFile(`${environment.AIREC_HOME}/running.json`));
    Deno.kill(running.auth.pid, "SIGKILL");
    await first.heard(/auth\s+\| ended by SIGKILL; restarting/);
    await first.heard(/auth listens[\s\S]*auth listens/);
    Deno.kill(await postmasterOf(environment), "SIGKILL");
    await first.heard(/postgres\s+\| ended by SIGKILL; restarting/);
    await first.heard(/postgres\s+\| restarted/);
    await until(async () => {
      const ready = await fetch(`http://localhost:${environment.AUTH_PORT}/ready`);
      await ready.body?.cancel();
      return ready.ok;
    });

    // A copy of the home records the same processes, server and addresses, and touches none of
    // them.
    const copy = await copied(environment);
    const alive = () => processesOf(environment).map((line) => line.trim().split(" ")[0]).sort();
    const before = alive();
    using beside = dev(copy);
    assertEquals(await beside.ended(), 1);
    assert(beside.said().includes(`is a copy of ${environment.AIREC_HOME}`), beside.said());
    using reset = dev(copy, "--reset");
    await reset.heard(`deleted ${copy.AIREC_HOME}`);
    await reset.heard("AiREC is up");
    reset.child.kill("SIGTERM");
    assertEquals(await reset.ended(), 0);
    assertEquals(alive(), before);

    first.child.kill("SIGKILL");
    await first.ended();
    using second = dev(environment);
    await second.heard("of an earlier run");
    await second.heard("AiREC is up");
    assertEquals(/Demo login\s+(\S+)\s+(\S+)/.exec(second.said())![2], login[2]);

    using third = dev(environment);
    assertEquals(await third.ended(), 1);
    assert(third.said().includes("is in use"), third.said());

    second.child.kill("SIGTERM");
    assertEquals(await second.ended(), 0);
    assertEquals(processesOf(environment), []);
  },
});

Deno.test({
  name: "task dev ends everything when its parent is gone and its output is not read",
  ignore: Deno.build.os === "windows",
  async fn() {
    const environment = await surroundings();
    const code = `const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", ${JSON.stringify(MAIN)}],
        stdin: "null", stdout: "piped",
      }).spawn();
      for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
        if (text.includes("AiREC is up")) Deno.kill(Deno.pid, "SIGKILL");
      }`;
    await new Deno.Command(Deno.execPath(), {
      args: ["eval", code],
      env: environment,
      stdout: "null",
      stderr: "null",
    }).output();
    const deadline = Date.now() + 20_000;
    let left = processesOf(environment);
    assert(left.length > 0, "it was up");
    while (left.length > 0) {
      assert(Date.now() < deadline, `still there:\n${left.join("\n")}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
      left = processesOf(environment);
    }
  },
});

Deno.test("task dev names a taken port before anything starts, and an unknown flag", async () => {
  const environment = await surroundings();
  using taken = Deno.listen({ hostname: "127.0.0.1", port: Number(environment.WEB_PORT) });
  using refused = dev(environment);
  assertEquals(await refused.ended(), 1);
  assert(
    refused.said().includes(
      `Port ${taken.addr.port} is in use by another program. Stop it, or choose another port: WEB_PORT=`,
    ),
    refused.said(),
  );
  assertEquals(processesOf(environment), []);
  using unknown = dev(environment, "--rest");
  assertEquals(await unknown.ended(), 2);
  assert(unknown.said().includes("Unknown option: --rest."));
});
