import { assertEquals, assertRejects } from "@std/assert";
import { wholeOf } from "./whole.ts";

const BYTES = Uint8Array.from({ length: 2_500_000 }, (_, i) => i % 251);

/** Returns the bytes as a plain stream of chunks and as a byte stream of the runtime. */
function streams(chunkBytes: number): ReadableStream<Uint8Array<ArrayBuffer>>[] {
  const chunks = Array.from(
    { length: Math.ceil(BYTES.length / chunkBytes) },
    (_, i) => BYTES.slice(i * chunkBytes, (i + 1) * chunkBytes),
  );
  return [ReadableStream.from(chunks), new Blob(chunks).stream()];
}

Deno.test("a blob is read completely, in chunks of any size", async () => {
  for (const chunkBytes of [4096, 1024 * 1024, BYTES.length]) {
    for (const stream of streams(chunkBytes)) {
      assertEquals(await wholeOf({ bytes: BYTES.length, stream }), BYTES);
    }
  }
  assertEquals(await wholeOf({ bytes: 0, stream: new Blob([]).stream() }), new Uint8Array());
});

Deno.test("a truncated blob is returned with its actual length", async () => {
  for (const stream of streams(1000)) {
    assertEquals(await wholeOf({ bytes: BYTES.length + 7, stream }), BYTES);
  }
});

Deno.test("an interrupted stream fails", async () => {
  const pull = () => Promise.reject(new Error("the line was cut"));
  for (
    const stream of [new ReadableStream({ pull }), new ReadableStream({ pull, type: "bytes" })]
  ) {
    await assertRejects(() => wholeOf({ bytes: 9, stream }), Error, "the line was cut");
  }
});
