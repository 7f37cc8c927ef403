import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { secretsOf } from "./secrets.ts";

Deno.test("secrets are created once, readable only by their owner", async () => {
  const home = await Deno.makeTempDir();
  const secrets = await secretsOf(home);
  assertEquals(await secretsOf(home), secrets);
  assertEquals(new Set(Object.values(secrets)).size, 6);
  for (const [name, secret] of Object.entries(secrets)) {
    assertMatch(secret, name === "demo_password" ? /^[\w-]{12}$/ : /^[\w-]{43}$/);
    if (Deno.build.os !== "windows") {
      assertEquals((await Deno.stat(join(home, "secrets", name))).mode! & 0o777, 0o600);
    }
  }
  assert((await secretsOf(await Deno.makeTempDir())).jwt_secret !== secrets.jwt_secret);
});
