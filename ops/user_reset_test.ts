import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { Browser, PEPPER, service, signedIn } from "../testing/auth_service.ts";
import { startPostgres } from "./database/postgres.ts";
import { migrate } from "./database/migrate.ts";
import { secretsOf } from "./home/secrets.ts";
import { testDatabase } from "../testing/database.ts";

const SCRIPT = fromFileUrl(new URL("./user_reset.ts", import.meta.url));

async function reset(args: string[], env: Record<string, string>) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", SCRIPT, ...args],
    env: { DATABASE_URL: "", PASSWORD_PEPPER: "", BCRYPT_COST: "10", ...env },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, said: text(stdout), faults: text(stderr) };
}

Deno.test("an operator's reset ends the sessions and lets in once", async () => {
  await using database = await testDatabase();
  const env = { DATABASE_URL: database.url, PASSWORD_PEPPER: PEPPER };
  const app = service(database.sql);
  const before = await signedIn(app);

  const unknown = await reset(["eve@example.org"], env);
  assertEquals([unknown.code, unknown.said], [1, ""]);
  assertStringIncludes(unknown.faults, "no account with the email address eve@example.org");
  assertEquals(await before.status("GET", "/me"), 200);

  const { code, said } = await reset(["ADA@example.org"], env);
  assertEquals(code, 0);
  assertStringIncludes(said, "Ada (ada@example.org) is signed out everywhere");
  const password = said.split("\n").at(-3)!.trim();
  assertMatch(password, /^\w{4}(-\w{4}){3}$/);
  assertEquals(await before.status("POST", "/refresh"), 401);
  const browser = new Browser(app);
  assertEquals(await browser.status("POST", "/login", { email: "ada@example.org", password }), 200);
  const [, entry] = await (await browser.send("GET", "/audit")).json();
  assertEquals(entry.action, "account.password_reset");
  assertEquals(
    await new Browser(app).status("POST", "/login", { email: "ada@example.org", password }),
    401,
  );
});

Deno.test("without DATABASE_URL the reset finds the database of this machine, or says there is none", async () => {
  const home = await Deno.makeTempDir({ prefix: "airec-reset-" });
  await Deno.chmod(home, 0o755);
  const none = await reset(["ada@example.org"], { AIREC_HOME: home });
  assertEquals(none.code, 2);
  assertStringIncludes(none.faults, "DATABASE_URL is not set");

  const secrets = await secretsOf(home);
  const server = await startPostgres(join(home, "postgres"), {
    password: secrets.postgres_password,
    durable: false,
  });
  try {
    await migrate(server.url);
    const { code, faults } = await reset(["ada@example.org"], { AIREC_HOME: home });
    assertEquals(code, 1);
    assertStringIncludes(faults, "no account");
  } finally {
    await server.stop();
    await Deno.remove(home, { recursive: true });
  }
  assertEquals((await reset([], {})).code, 2);
});
