/**
 * `deno task test [paths]`: starts one Postgres with a migrated template database, runs the tests
 * in parallel against it, and stops it. `AIREC_TEST_REPORT` names a file for a JUnit report.
 */
import { join } from "@std/path";
import postgres from "postgres";
import { migrate } from "./migrate.ts";
import { startPostgres } from "./postgres.ts";

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
    env: { AIREC_TEST_POSTGRES: server.url },
  }).spawn();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(name, () => tests.kill(name));
  }
  code = (await tests.status).code;
} finally {
  await server.stop();
  await Deno.remove(folder, { recursive: true });
}
Deno.exit(code);

async function makeTemplate(url: string): Promise<void> {
  const sql = postgres(url, { max: 1 });
  await sql`create database airec_template`;
  await sql.end();
  const template = new URL(url);
  template.pathname = "/airec_template";
  await migrate(template.href);
}
