/**
 * `deno task test [paths]`: starts one Postgres with a migrated template database, and an MLflow
 * server when a test requests it, runs the tests in parallel against them, the longest files first,
 * and stops them. Then prints the slowest files and
 * tests. Also fails if a secret created by a test is found in the output of tests or services.
 * `AIREC_TEST_REPORT` names a file for a JUnit report. A run longer than an hour is aborted and
 * lists the pending tests.
 */
import { join } from "@std/path";
import { signalGroup } from "../../ops/processes/supervisor.ts";
import { testCases } from "./junit_report.ts";
import { RUN_FOLDER } from "./run_folder.ts";
import { longestFirst } from "./run_order.ts";
import { offerMlflow } from "./shared_mlflow.ts";
import { startTestPostgres } from "./test_postgres.ts";
import { timingLines } from "./timings.ts";
import { leaks, readTraces } from "./traces.ts";

const PATIENCE_MS = 60 * 60_000;
/**
 * More test files at a time than cores: a long one uses about half of a core, and waits for
 * processes, timers and disks meanwhile.
 */
const JOBS = Deno.env.get("DENO_JOBS") ?? String(navigator.hardwareConcurrency + 2);

const folder = await Deno.makeTempDir({ prefix: "airec-test-" });
const server = await startTestPostgres();
const mlflow = offerMlflow();
let code = 1;
try {
  const report = Deno.env.get("AIREC_TEST_REPORT") ?? join(folder, "report.xml");
  const tests = new Deno.Command(Deno.execPath(), {
    args: [
      ...["test", "-A", "--parallel", "--no-check", `--junit-path=${report}`],
      ...longestFirst(Deno.args),
    ],
    env: {
      DENO_JOBS: JOBS,
      AIREC_TEST_POSTGRES: server.url,
      ...mlflow.env,
      [RUN_FOLDER]: folder,
      ...(Deno.stdout.isTerminal() && { FORCE_COLOR: "1" }),
    },
    stdout: "piped",
    stderr: "piped",
    detached: true, // a process group of its own: processes left by tests end with it
  }).spawn();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(name, () => tests.kill(name));
  }
  const patience = setTimeout(() => {
    console.error(`The tests did not end within ${PATIENCE_MS / 60_000} minutes.`);
    tests.kill("SIGINT"); // Deno lists the pending tests and ends.
  }, PATIENCE_MS);
  const saying = Promise.all([
    passOn(tests.stdout, Deno.stdout),
    passOn(tests.stderr, Deno.stderr),
  ]);
  code = (await tests.status).code;
  clearTimeout(patience);
  signalGroup(tests.pid, "SIGKILL");
  const said = await saying;
  for (const line of timingLines(testCases(await textOf(report)))) console.log(line);
  const { secrets, lines } = await readTraces(folder);
  const found = leaks({ secrets, lines: [...lines, ...said.join("\n").split("\n")] });
  if (found.length > 0) {
    console.error(`Test secrets found in the output:\n${found.slice(0, 20).join("\n")}`);
    code ||= 1;
  }
} finally {
  await mlflow.stop();
  await server.stop();
  await Deno.remove(folder, { recursive: true });
}
Deno.exit(code);

/** Returns a file's text; an empty one if the run ended before it was written. */
async function textOf(path: string): Promise<string> {
  return await Deno.readTextFile(path).catch(() => "");
}

/** Copies a stream to the output and returns its text. */
async function passOn(
  from: ReadableStream<Uint8Array>,
  to: { write(bytes: Uint8Array): Promise<number> },
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of from) {
    text += decoder.decode(chunk, { stream: true });
    for (let rest = chunk; rest.length > 0;) rest = rest.subarray(await to.write(rest));
  }
  return text;
}
