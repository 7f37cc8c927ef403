import { assertEquals, assertRejects } from "@std/assert";
import { CsvError } from "./csv_error.ts";
import { unpack } from "./unpack.ts";

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const packing = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return await new Response(packing).bytes();
}

async function read(...parts: Uint8Array<ArrayBuffer>[]) {
  let [bytes, most] = [0, 0];
  const { pieces } = await unpack(new Blob(parts).stream());
  for await (const piece of pieces) {
    bytes += piece.length;
    most = Math.max(most, piece.length);
  }
  return { bytes, most };
}

Deno.test("what unpacks to a thousandfold comes in pieces of a MiB at most", async () => {
  const { bytes, most } = await read(await gzip(new Uint8Array(2 ** 26)));
  assertEquals([bytes, most <= 2 ** 20], [2 ** 26, true]);
});

Deno.test("files that were packed, then joined are refused by a sentence that says how to do it", async () => {
  const one = await gzip(new TextEncoder().encode("user,item\n1,2\n"));
  for (const behind of [one, new Uint8Array(512), new Uint8Array([1, 2, 3])]) {
    const error = await assertRejects(() => read(one, behind), CsvError, "pack them as one");
    assertEquals(error.code, "damaged");
  }
});
