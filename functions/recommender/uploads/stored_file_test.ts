import { assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { Problem } from "../../http/problem.ts";
import { BlobsFullError } from "../blobs/blobs.ts";
import { diskBlobs } from "../blobs/disk.ts";
import { headBytes } from "../csv/describe.ts";
import { sha256Hex } from "../model/artifact.ts";
import { type Sha256, storeFile } from "./stored_file.ts";

function sha256(): Sha256 {
  const hash = createHash("sha256");
  return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest("hex") };
}

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
    const stored = await storeFile(stream, { blobs, sha256: sha256(), note });
    assertEquals(stored.bytes, content.length);
    assertEquals(stored.sha256, await sha256Hex(content));
    assertEquals(stored.head, content.slice(0, headBytes));
    const blob = await blobs.get(stored.storage_path);
    assertEquals(await new Response(blob!.stream).bytes(), content);
  }
});

Deno.test("a stream that fails leaves nothing, and its error is the one thrown", async () => {
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
  });
  await assertRejects(() => storing, Error, "the cable was pulled");
  assertEquals(noted, 1);
  assertEquals(await blobs.list("uploads/"), []);
});

Deno.test("no room left is said as 507", async () => {
  await using folder = await temporaryFolder();
  const blobs = {
    ...diskBlobs(folder.path),
    put: () => Promise.reject(new BlobsFullError("full")),
  };
  const storing = storeFile(ReadableStream.from([]), { blobs, sha256: sha256(), note });
  assertEquals((await assertRejects(() => storing, Problem)).code, "storage_full");
});
