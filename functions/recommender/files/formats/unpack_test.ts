import { assertEquals, assertRejects } from "@std/assert";
import { CsvError } from "../csv_error.ts";
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

Deno.test("a highly compressed file is unpacked in chunks of at most 1 MiB", async () => {
  const { bytes, most } = await read(await gzip(new Uint8Array(2 ** 26)));
  assertEquals([bytes, most <= 2 ** 20], [2 ** 26, true]);
});

Deno.test("concatenated gzip files are one file, in chunks of any size", async () => {
  const texts = ["user,item\n1,2\n", "", "3,4\n".repeat(50_000), "5,6\n"];
  const members = await Promise.all(texts.map((text) => gzip(new TextEncoder().encode(text))));
  const whole = await new Blob(members).bytes();
  for (const size of [1, 7, 100, 8191, whole.length]) {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < whole.length; at += size) {
          controller.enqueue(whole.subarray(at, at + size));
        }
        controller.close();
      },
    });
    let text = "";
    for await (const piece of (await unpack(stream)).pieces) {
      text += new TextDecoder().decode(piece);
    }
    assertEquals(text, texts.join(""), String(size));
  }
});

Deno.test("a packed file within a packed one is no second member", async () => {
  // Stored, not deflated: the inner header appears verbatim.
  const inner = await gzip(new TextEncoder().encode("1,2\n"));
  const noise = crypto.getRandomValues(new Uint8Array(5000));
  const bytes = new Uint8Array([...noise, ...inner, ...noise]);
  assertEquals((await read(await gzip(bytes))).bytes, bytes.length);
});

Deno.test("other data after a packed file are rejected", async () => {
  const one = await gzip(new TextEncoder().encode("user,item\n1,2\n"));
  for (const behind of [new Uint8Array(512), new Uint8Array([1, 2, 3]), one.subarray(0, 20)]) {
    const error = await assertRejects(() => read(one, behind), CsvError);
    assertEquals(error.code, "damaged");
  }
});
