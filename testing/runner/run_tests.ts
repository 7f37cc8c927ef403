/**
 * `deno task test [paths]`: starts one Postgres with a migrated template database, runs the tests
 * in parallel against it, and stops it. Also fails if a secret created by a test is found in the
 * output of tests or services. `AIREC_TEST_REPORT` names a file for a JUnit report. A run longer
 * than an hour is aborted and lists the pending tests.
 */
import { join } from "@std/path";
import postgres from "postgres";
import { migrate } from "../../ops/database/migrate.ts";
import { startPostgres } from "../../ops/database/postgres.ts";
import { signalGroup } from "../../ops/processes/supervisor.ts";
import { leaks, readTraces } from "./traces.ts";

const PATIENCE_MS = 60 * 60_000;

const folder = await Deno.makeTempDir({ prefix: "airec-test-" });
await Deno.chmod(folder, 0o755);
const server = await startPostgres(join(folder, "postgres"), {
  password: crypto.randomUUID(),
  durable: false,
});
let code = 1;
try {
  await makeTemplate(server.url);
  const report = Deno.env.get("AIREC_TEST_REPORT");
  const tests = new Deno.Command(Deno.execPath(), {
    args: [
      ...["test", "-A", "--parallel", "--no-check"],
      ...(report ? [`--junit-path=${report}`] : []),
      ...Deno.args,
    ],
    env: {
      AIREC_TEST_POSTGRES: server.url,
      AIREC_TEST_TRACES: folder,
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
  const { secrets, lines } = await readTraces(folder);
  const found = leaks({ secrets, lines: [...lines, ...said.join("\n").split("\n")] });
  if (found.length > 0) {
    console.error(`Test secrets found in the output:\n${found.slice(0, 20).join("\n")}`);
    code ||= 1;
  }
} finally {
  await server.stop();
  await Deno.remove(folder, { recursive: true });
}
Deno.exit(code);

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

async function makeTemplate(url: string): Promise<void> {
  const sql = postgres(url, { max: 1 });
  await sql`create database airec_template`;
  await sql.end();
  const template = new URL(url);
  template.pathname = "/airec_template";
  await migrate(template.href);
}
