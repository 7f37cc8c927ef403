import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { seal, unseal } from "./sealed.ts";

const key = new Uint8Array(32).fill(7);

Deno.test("an encrypted text can be decrypted only with its owner and key", async () => {
  const sealed = await seal("whsec_abc", { key, owner: "a" });
  assertEquals(await unseal(sealed, { key, owner: "a" }), "whsec_abc");
  await assertRejects(() => unseal(sealed, { key, owner: "b" }));
  await assertRejects(() => unseal(sealed, { key: new Uint8Array(32), owner: "a" }));
  const bent = sealed.slice();
  bent[bent.length - 1] ^= 1;
  await assertRejects(() => unseal(bent, { key, owner: "a" }));
});

Deno.test("encrypting a text twice yields different ciphertexts", async () => {
  const [a, b] = [
    await seal("whsec_abc", { key, owner: "a" }),
    await seal("whsec_abc", { key, owner: "a" }),
  ];
  assertNotEquals(a, b);
  assertEquals(new TextDecoder().decode(a).includes("whsec"), false);
});
