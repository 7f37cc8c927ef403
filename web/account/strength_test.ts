import { assert, assertEquals } from "@std/assert";
import { loadStrength } from "./strength.ts";

Deno.test("common passwords are weak, a few unusual words are strong", async () => {
  const rate = await loadStrength();
  for (const password of ["password", "qwertyuiop", "aaaaaaaaaaaa", "P@ssw0rd1"]) {
    assert(rate(password, []) <= 1, password);
  }
  assertEquals(rate("mauve otter drums at noon", []), 4);
  assertEquals(rate("x".repeat(10_000), []), rate("x".repeat(256), []));
});

Deno.test("the user's name and address do not make a password stronger", async () => {
  const rate = await loadStrength();
  const password = "lovelace@example.org";
  assert(rate(password, [password, "Ada Lovelace"]) < rate(password, []));
});
