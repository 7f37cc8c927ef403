import { assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { Problem } from "../../http/problem.ts";
import { BlobsFullError } from "../blobs/blobs.ts";
import { diskBlobs } from "../blobs/disk.ts";
import { CsvError } from "../files/csv_error.ts";
import { headBytes } from "../files/dialect/describe.ts";
import { sha256Hex } from "../model/artifact/artifact.ts";
import { type Sha256, storeFile } from "./stored_file.ts";

function sha256(): Sha256 {
  const hash = createHash("sha256");
  return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest("hex") };
}

const check = () => {};
const discard = () => Promise.resolve();
const note = () => Promise.resolve(`uploads/here/${crypto.randomUUID()}`);

async function temporaryFolder() {
  const path = await Deno.makeTempDir({ prefix: "airec-stored-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test("a file is stored as it came, hashed and measured, with its head", async () => {
  await using folder = await temporaryFolder();
  const blobs = diskBlobs(folder.path);
  const content = new Uint8Array(headBytes + 70_000).map((_, i) => i * 31 >> 3);
  for (const piece of [1000, 65_536, headBytes, content.length]) {
    const stream = ReadableStream.from((function* () {
      for (let at = 0; at < content.length; at += piece) yield content.slice(at, at + piece);
    })());
    const stored = await storeFile(stream, { blobs, sha256: sha256(), note, discard, check });
    assertEquals(stored.bytes, content.length);
    assertEquals(stored.sha256, await sha256Hex(content));
    assertEquals(stored.head, content.slice(0, headBytes));
    const blob = await blobs.get(stored.storage_path);
    assertEquals(await new Response(blob!.stream).bytes(), content);
  }
});

Deno.test("a failed stream leaves nothing stored, and its error is thrown", async () => {
  await using folder = await temporaryFolder();
  const blobs = diskBlobs(folder.path);
  let noted = 0;
  const broken = ReadableStream.from((function* () {
    yield new Uint8Array(100_000);
    throw new Error("the cable was pulled");
  })());
  const storing = storeFile(broken, {
    blobs,
    sha256: sha256(),
    note: () => Promise.resolve(`uploads/here/${++noted}`),
    ...{ discard, check },
  });
  await assertRejects(() => storing, Error, "the cable was pulled");
  assertEquals(noted, 1);
  assertEquals(await blobs.list("uploads/"), []);
});

Deno.test("a full file storage is 507", async () => {
  await using folder = await temporaryFolder();
  const blobs = {
    ...diskBlobs(folder.path),
    put: () => Promise.reject(new BlobsFullError("full")),
  };
  const storing = storeFile(ReadableStream.from([]), {
    blobs,
    sha256: sha256(),
    note,
    discard,
    check,
  });
  assertEquals((await assertRejects(() => storing, Problem)).code, "storage_full");
});

const gzipped = (content: ReadableStream<Uint8Array<ArrayBuffer>>) =>
  content.pipeThrough(new CompressionStream("gzip"));

/** Returns a stream of `mebibytes` MiB of lines. */
function lines(mebibytes: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  const piece = new TextEncoder().encode("1234567,89012345\n".repeat(2 ** 16)).slice(0, 2 ** 20);
  return ReadableStream.from(Array.from({ length: mebibytes }, () => piece));
}

Deno.test("a file is measured unpacked, plain or packed", async () => {
  await using folder = await temporaryFolder();
  const blobs = diskBlobs(folder.path);
  const text = "a,b\r\n\n1,2\n3,4";
  const bytes = text.length;
  for (const packed of [false, true]) {
    for (
      const [behind, isPlain] of [["", true], ['"', false], ["x".repeat(1000), false]] as const
    ) {
      const plain = new Blob([text + behind]).stream();
      const stream = packed ? gzipped(plain) : plain;
      const stored = await storeFile(stream, { blobs, sha256: sha256(), note, discard, check });
      const seen = { packed, bytes: bytes + behind.length, lines: 3, isPlain };
      assertEquals(stored.measure, seen);
    }
  }
});

Deno.test("a file over the unpacked limit is rejected while it arrives, and nothing is stored", async () => {
  await using folder = await temporaryFolder();
  const blobs = diskBlobs(folder.path);
  let most = 0;
  const storing = storeFile(gzipped(lines(1000)), {
    ...{ blobs, sha256: sha256(), note, discard },
    check({ bytes }) {
      most = bytes;
      if (bytes > 2e7) throw new Problem("too_large", "It is more than 20 MB.");
    },
  });
  await assertRejects(() => storing, Problem, "more than 20 MB");
  assertEquals(most < 2.2e7, true, `${most}`);
  assertEquals(await blobs.list("uploads/"), []);
});

Deno.test("a truncated packed file, or one with trailing data, is rejected", async () => {
  await using folder = await temporaryFolder();
  const blobs = diskBlobs(folder.path);
  const whole = await new Response(gzipped(lines(1))).bytes();
  // Several members are one file (RFC 1952, section 2.2); anything else behind one is not.
  for (const bytes of [[whole.slice(0, -9)], [whole, new Uint8Array([1, 2, 3])]]) {
    const storing = storeFile(new Blob(bytes).stream(), {
      blobs,
      sha256: sha256(),
      note,
      discard,
      check,
    });
    await assertRejects(() => storing, CsvError);
  }
  assertEquals(await blobs.list("uploads/"), []);
});
