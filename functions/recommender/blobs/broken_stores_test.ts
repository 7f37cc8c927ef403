/** Object stores that fail half-way: an S3 endpoint on loopback and an R2 binding. */
import { assertEquals, assertRejects } from "@std/assert";
import { type TestBucket, testBucket } from "../../../dev/r2.ts";
import type { Blobs } from "./blobs.ts";
import { PART_BYTES } from "./parts.ts";
import { r2Blobs, type R2Bucket } from "./r2.ts";
import { s3Blobs } from "./s3.ts";

/** TCP proxy that cuts a connection after a number of bytes in either direction. */
interface BrokenLine extends AsyncDisposable {
  port: number;
  /** Bytes that still pass in each direction; then the connection is cut. */
  left: { up: number; down: number };
}

/** Closes a connection that the peer may already have closed. */
function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

function brokenLine(port: number): BrokenLine {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const left = { up: Infinity, down: Infinity };
  const open = new Set<Deno.Conn>();
  const pass = async (from: Deno.Conn, to: Deno.Conn, way: "up" | "down") => {
    try {
      const buffer = new Uint8Array(16_384);
      for (let n = await from.read(buffer); n !== null; n = await from.read(buffer)) {
        const some = buffer.subarray(0, Math.min(n, Math.max(0, left[way])));
        left[way] -= n;
        for (let at = 0; at < some.length;) at += await to.write(some.subarray(at));
        if (left[way] < 0) break;
      }
    } catch { /* The other way was cut. */ }
    for (const end of [from, to]) if (open.delete(end)) close(end);
  };
  const accepting = (async () => {
    for await (const client of listener) {
      const server = await Deno.connect({ hostname: "127.0.0.1", port });
      open.add(client).add(server);
      pass(client, server, "up");
      pass(server, client, "down");
    }
  })();
  return {
    port: (listener.addr as Deno.NetAddr).port,
    left,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting.catch(() => {});
      for (const connection of open) close(connection);
    },
  };
}

const MEGABYTES = (n: number) =>
  ReadableStream.from((function* () {
    for (let i = 0; i < n; i++) yield new Uint8Array(1_000_000).fill(i);
  })());

async function lengthOf(blobs: Blobs, name: string): Promise<number | null> {
  const blob = await blobs.get(name);
  return blob && (await new Response(blob.stream).bytes()).length;
}

function storeTest(name: string, test: (bucket: TestBucket) => Promise<void>) {
  Deno.test({
    name,
    sanitizeOps: false, // connections that were cut, and miniflare's
    sanitizeResources: false,
    async fn() {
      await using bucket = await testBucket();
      await test(bucket);
    },
  });
}

storeTest(
  "an S3 endpoint that breaks off stores nothing by halves and gives no half for a whole",
  async (bucket) => {
    const whole = s3Blobs(bucket.s3);
    const endpoint = new URL(bucket.s3.endpoint);
    await using line = brokenLine(Number(endpoint.port));
    endpoint.port = String(line.port);
    const blobs = s3Blobs({ ...bucket.s3, endpoint: endpoint.href });
    await blobs.put("earlier", MEGABYTES(12));

    // Cut while sending: in the first part, in a later part, and in a single request.
    for (const up of [100_000, PART_BYTES + 3_000_000]) {
      line.left.up = up;
      await assertRejects(() => blobs.put("new", MEGABYTES(12)));
      await assertRejects(() => blobs.put("earlier", MEGABYTES(12)));
      line.left.up = Infinity;
      assertEquals(await whole.list(""), ["earlier"]);
      assertEquals(await lengthOf(whole, "earlier"), 12_000_000);
    }
    line.left.up = 300_000;
    await assertRejects(() => blobs.put("small", new Uint8Array(1_000_000)));
    line.left.up = Infinity;

    // Cut while receiving: the reader gets an error instead of a truncated blob.
    line.left.down = 5_000_000;
    await assertRejects(() => lengthOf(blobs, "earlier"));
    line.left.down = Infinity;
    assertEquals(await lengthOf(blobs, "earlier"), 12_000_000);

    // A part that was cut off is sent again under the same handle.
    const parted = await blobs.parts.begin("parted");
    const part = { n: 1, partBytes: PART_BYTES, bytes: new Uint8Array(PART_BYTES) };
    line.left.up = 1_000_000;
    await assertRejects(() => blobs.parts.put(parted, part));
    line.left.up = Infinity;
    const tag = await blobs.parts.put(parted, part);
    line.left.up = 0;
    await assertRejects(() => blobs.parts.join(parted, [tag]));
    line.left.up = Infinity;
    assertEquals(await whole.get("parted"), null);
    await blobs.parts.join(parted, [tag]);
    assertEquals(await lengthOf(whole, "parted"), PART_BYTES);
    assertEquals(await whole.list(""), ["earlier", "parted"]);
  },
);

storeTest("an R2 bucket that fails midway stores no partial blob", async ({ bucket }) => {
  const whole = r2Blobs(bucket);
  await whole.put("earlier", MEGABYTES(9));
  // Fail each call of the multipart upload in turn: create, two parts, complete.
  for (const failing of [1, 2, 3, 4]) {
    for (const name of ["new", "earlier"]) {
      const blobs = r2Blobs(failingAfter(bucket, failing));
      await assertRejects(() => blobs.put(name, MEGABYTES(9)), Error, "internal error");
    }
    assertEquals(await whole.list(""), ["earlier"]);
    assertEquals(await lengthOf(whole, "earlier"), 9_000_000);
  }
  await r2Blobs(failingAfter(bucket, 5)).put("new", MEGABYTES(9));
  assertEquals(await lengthOf(whole, "new"), 9_000_000);
});

/** Returns a bucket that fails permanently from the `calls`-th write on, with R2's error. */
function failingAfter(bucket: R2Bucket, calls: number): R2Bucket {
  let made = 0;
  const counted = async <T>(call: () => Promise<T>): Promise<T> => {
    if (++made > calls - 1) throw new Error("We encountered an internal error. (10001)");
    return await call();
  };
  const upload = (one: ReturnType<R2Bucket["resumeMultipartUpload"]>) => ({
    uploadId: one.uploadId,
    uploadPart: (n: number, value: Uint8Array) => counted(() => one.uploadPart(n, value)),
    complete: (parts: Parameters<typeof one.complete>[0]) => counted(() => one.complete(parts)),
    abort: () => counted(() => one.abort()),
  });
  return {
    head: (key) => bucket.head(key),
    get: (key, options) => bucket.get(key, options),
    list: (options) => bucket.list(options),
    delete: (keys) => bucket.delete(keys),
    put: (key, value, options) => counted(() => bucket.put(key, value, options)),
    createMultipartUpload: (key) =>
      counted(async () => upload(await bucket.createMultipartUpload(key))),
    resumeMultipartUpload: (key, id) => upload(bucket.resumeMultipartUpload(key, id)),
  };
}
