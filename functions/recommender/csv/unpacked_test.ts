import { assertEquals, assertRejects } from "@std/assert";
import { CsvError } from "./csv_error.ts";
import { unpacked } from "./unpacked.ts";

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const packing = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return await new Response(packing).bytes();
}

async function read(...parts: Uint8Array<ArrayBuffer>[]) {
  let [bytes, most] = [0, 0];
  for await (const piece of unpacked(new Blob(parts).stream())) {
    bytes += piece.length;
    most = Math.max(most, piece.length);
  }
  return { bytes, most };
}

Deno.test("what unfolds a thousandfold comes in pieces of 8 MB at most", async () => {
  const { bytes, most } = await read(await gzip(new Uint8Array(2 ** 26)));
  assertEquals([bytes, most < 9e6], [2 ** 26, true]);
});

Deno.test("files that were packed, then joined are refused by a sentence that says how to do it", async () => {
  const one = await gzip(new TextEncoder().encode("user,item\n1,2\n"));
  for (const behind of [one, new Uint8Array(512), new Uint8Array([1, 2, 3])]) {
    const error = await assertRejects(() => read(one, behind), CsvError, "pack them as one");
    assertEquals(error.code, "damaged");
  }
});
