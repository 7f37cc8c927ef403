import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { crc32, hashApiKey, isApiKey, newApiKey, shownOfApiKey } from "./api_keys.ts";

Deno.test("a new key has the form, and no two are the same", () => {
  const key = newApiKey();
  assert(/^airec_live_[0-9A-Za-z]{38}$/.test(key));
  assertEquals(isApiKey(key), true);
  assertNotEquals(newApiKey(), key);
});

Deno.test("a key with any one character changed is no key", () => {
  const key = newApiKey();
  for (let i = 0; i < key.length; i++) {
    const other = key[i] === "x" ? "y" : "x";
    assertEquals(isApiKey(key.slice(0, i) + other + key.slice(i + 1)), false);
  }
  for (const text of ["", key.slice(0, -1), `${key}0`, ` ${key}`, `${key}\n`, "airec_live_"]) {
    assertEquals(isApiKey(text), false);
  }
});

Deno.test("CRC-32 gives the check value of its catalogue", () => {
  assertEquals(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
});

Deno.test("only the SHA-256 of a key is stored, and only a prefix is shown", async () => {
  assertEquals(
    await hashApiKey("abc"),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  const { key_prefix, key_last_four } = shownOfApiKey(`airec_live_${"A".repeat(34)}wxyz`);
  assertEquals([key_prefix, key_last_four], ["airec_live_AAAA", "wxyz"]);
});
