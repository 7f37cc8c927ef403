import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { freePort } from "../../ops/processes/free_port.ts";
import { testDatabase } from "../../testing/database.ts";
import { listening } from "../../testing/listening.ts";
import { until } from "../../testing/until.ts";

const ENTRY = fromFileUrl(import.meta.resolve("./deno.ts"));

function start(env: Record<string, string>) {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", ENTRY],
    env: { AUTH_PORT: "0", ...env },
    stdout: "piped",
  }).spawn();
}

Deno.test("the service names its missing settings and does not start", async () => {
  const { code, stdout } = await start({ DATABASE_URL: "", JWT_SECRET: "" }).output();
  assertEquals(code, 2);
  const { level, message } = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals(level, "error");
  for (const name of ["DATABASE_URL", "JWT_SECRET", "PASSWORD_PEPPER"]) {
    assertStringIncludes(message, `${name} is missing`);
  }
});

Deno.test("the service starts, answers what is in flight at SIGTERM, and exits 0", async () => {
  await using database = await testDatabase();
  await using process = start({
    DATABASE_URL: database.url,
    JWT_SECRET: "a secret of more than thirty-two bytes",
    PASSWORD_PEPPER: "a pepper of more than thirty-two bytes",
    BCRYPT_COST: "10",
  });
  const { url, silent } = await listening(process);
  assertEquals(await (await fetch(`${url}/ready`)).json(), { status: "ok", down: [] });

  // A table lock blocks the insert, so that the request is certainly in flight.
  const lock = await database.sql.reserve();
  await lock`begin`;
  await lock`lock table auth.users`;
  const signup = fetch(`${url}/signup`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "Ada", email: "ada@example.org", password: "correct horse" }),
  });
  const waiting = () =>
    lock`
    select from pg_locks l join pg_database d on d.oid = l.database
    where not l.granted and d.datname = current_database()`;
  await until(async () => (await waiting()).length > 0);
  process.kill("SIGTERM");
  await lock`commit`;
  lock.release();
  const answer = await signup;
  assertEquals([answer.status, (await answer.json()).success], [201, true]);
  await silent;
  assertEquals((await process.status).code, 0);
});

Deno.test({
  name: "processes that share a port both serve, and one continues when the other ends",
  // Only Linux distributes connections.
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using database = await testDatabase();
    const port = String(freePort());
    const settings = {
      DATABASE_URL: database.url,
      JWT_SECRET: "a secret of more than thirty-two bytes",
      PASSWORD_PEPPER: "a pepper of more than thirty-two bytes",
      AUTH_PORT: port,
    };
    await using one = start({ ...settings, SHARE_PORT: "true" });
    await using other = start({ ...settings, SHARE_PORT: "true" });
    const said = (process: typeof one) =>
      process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const [lines, others] = [said(one), said(other)];
    for (const reader of [lines, others]) {
      assertStringIncludes((await reader.read()).value!, "auth listens on");
    }
    const health = `http://127.0.0.1:${port}/health`;
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const response = await fetch(health, { headers: { connection: "close" } });
        await response.body?.cancel();
        return response.status;
      }),
    );
    assertEquals(new Set(statuses), new Set([200]));
    one.kill("SIGTERM");
    while (!(await lines.read()).done);
    assertEquals((await one.status).code, 0);
    assertEquals(await (await fetch(health)).json(), { status: "ok" });
    // The service continues when its log can no longer be written.
    await others.cancel();
    assertEquals(await (await fetch(health)).json(), { status: "ok" });
    await new Promise((resolve) => setTimeout(resolve, 100));
    assertEquals(await (await fetch(health)).json(), { status: "ok" });
    // Without the setting a port in use is an error.
    await using alone = start(settings);
    await alone.stdout.cancel();
    assertNotEquals((await alone.status).code, 0);
  },
});
