import { assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { testDatabase } from "../../dev/test_database.ts";

const ENTRY = fromFileUrl(import.meta.resolve("./deno.ts"));

function start(env: Record<string, string>) {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", ENTRY],
    env: { AUTH_PORT: "0", ...env },
    stdout: "piped",
  }).spawn();
}

Deno.test("the service says what it misses and does not start", async () => {
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
  const lines = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const [url] = /http:\/\/[\d.:]+/.exec((await lines.read()).value!)!;
  assertEquals(await (await fetch(`${url}/ready`)).json(), { status: "ok", down: [] });

  // A lock holds the account's insert, so that the request is surely in flight.
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
  while ((await waiting()).length === 0);
  process.kill("SIGTERM");
  await lock`commit`;
  lock.release();
  const answer = await signup;
  assertEquals([answer.status, (await answer.json()).success], [201, true]);
  while (!(await lines.read()).done);
  assertEquals((await process.status).code, 0);
});
