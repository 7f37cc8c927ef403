import { assertEquals, assertNotEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { digested } from "./body_digest.ts";

/** Returns the digest of a body that arrives in chunks of `step` bytes. */
async function digestOf(text: string, { type = "text/csv", step = 7 } = {}): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const pieces = Array.from(
    { length: Math.ceil(bytes.length / step) },
    (_, i) => bytes.subarray(i * step, (i + 1) * step),
  );
  const hash = createHash("sha256");
  const sha256 = {
    update: (part: Uint8Array) => void hash.update(part),
    hex: () => hash.digest("hex"),
  };
  const { stream, hex } = digested(ReadableStream.from(pieces), { type, sha256 });
  assertEquals(hex(), null);
  assertEquals(await new Response(stream).text(), text);
  return hex()!;
}

Deno.test("a body that is not a form has the SHA-256 of its bytes", async () => {
  const expected = createHash("sha256").update("id,title\n1,Solaris\n").digest("hex");
  assertEquals(await digestOf("id,title\n1,Solaris\n"), expected);
});

Deno.test("a form has one digest, for any boundary and chunking", async () => {
  const form = (boundary: string, name: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n--${name}-\r\n--${boundary}--\r\n`;
  const digest = (boundary: string, name: string, step: number) =>
    digestOf(form(boundary, name), { type: `multipart/form-data; boundary=${boundary}`, step });
  const first = await digest("----WebKit1aB", "Solaris", 1000);
  for (let step = 1; step < 40; step++) {
    assertEquals(await digest("----WebKit1aB", "Solaris", step), first, `pieces of ${step}`);
    assertEquals(await digest("----other--9Z", "Solaris", step), first, `pieces of ${step}`);
  }
  assertNotEquals(await digest("----WebKit1aB", "Stalker", 1000), first);
});
