/** Conformance tests of all blob stores. A new store is one more entry in `sides`. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Blobs, BlobsAwayError } from "./blobs.ts";
import { type TestBucket, testBucket } from "../../../dev/r2.ts";
import { diskBlobs } from "./disk.ts";
import { PART_BYTES } from "./parts.ts";
import { r2Blobs } from "./r2.ts";
import { s3Blobs } from "./s3.ts";

/** One bucket shared by the tests of this file; each test empties it. */
let started: Promise<TestBucket> | undefined;
const bucket = () => started ??= testBucket();
Deno.test.afterAll(async () => await (await started)?.[Symbol.asyncDispose]());

const sides: Record<string, () => Promise<{ blobs: Blobs; close: () => Promise<void> }>> = {
  disk: async () => {
    const folder = await Deno.makeTempDir({ prefix: "airec-blobs-" });
    return {
      blobs: diskBlobs(`${folder}/made-when-needed`),
      close: () => Deno.remove(folder, { recursive: true }),
    };
  },
  r2: async () => {
    const blobs = r2Blobs((await bucket()).bucket);
    return { blobs, close: () => empty(blobs) };
  },
  s3: async () => {
    const blobs = s3Blobs((await bucket()).s3);
    return { blobs, close: () => empty(blobs) };
  },
};

async function empty(blobs: Blobs): Promise<void> {
  for (const name of await blobs.list("")) await blobs.remove(name);
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

async function textOf(blobs: Blobs, name: string, range?: { start: number; end?: number }) {
  const blob = await blobs.get(name, range);
  return blob && await new Response(blob.stream).text();
}

for (const [side, open] of Object.entries(sides)) {
  const blobsTest = (name: string, test: (blobs: Blobs) => Promise<void>) =>
    Deno.test({
      name: `blobs (${side}): ${name}`,
      sanitizeOps: side === "disk", // the bucket is shared by the tests of this file
      sanitizeResources: side === "disk",
      fn: async () => {
        const { blobs, close } = await open();
        try {
          await test(blobs);
        } finally {
          await close();
        }
      },
    });

  blobsTest("a stored blob is read back completely, with its length", async (blobs) => {
    await blobs.put("uploads/7/items.csv", bytesOf("id,title\n1,Heat\n"));
    await blobs.put("empty", new Uint8Array());
    assertEquals(await textOf(blobs, "uploads/7/items.csv"), "id,title\n1,Heat\n");
    const empty = await blobs.get("empty");
    assertEquals(empty!.bytes, 0);
    await empty!.stream.cancel();
    assertEquals(await textOf(blobs, "empty"), "");
    assertEquals(await blobs.get("uploads/7"), null);
    assertEquals(await blobs.get("uploads/7/items.csv/more"), null);
    assertEquals(await blobs.get("nothing/here"), null);
  });

  blobsTest("a stream of many chunks is stored in order", async (blobs) => {
    const chunks = Array.from({ length: 300 }, (_, i) => new Uint8Array(1000).fill(i % 251));
    await blobs.put("big", ReadableStream.from(chunks));
    const blob = await blobs.get("big");
    assertEquals(blob!.bytes, 300_000);
    const got = new Uint8Array(await new Response(blob!.stream).arrayBuffer());
    assertEquals(got.length, 300_000);
    assert(
      chunks.every((chunk, i) => got[i * 1000] === chunk[0] && got[i * 1000 + 999] === chunk[0]),
    );
  });

  blobsTest(
    "a stream longer than a part of an object store is stored completely",
    async (blobs) => {
      const chunk = crypto.getRandomValues(new Uint8Array(60_000));
      const chunks = Array.from({ length: 150 }, () => chunk);
      await blobs.put("longer", ReadableStream.from(chunks));
      const got = new Uint8Array(
        await new Response((await blobs.get("longer"))!.stream).arrayBuffer(),
      );
      assertEquals(got.length, 9_000_000);
      assert(chunks.every((_, i) => got[i * 60_000 + i] === chunk[i]));
    },
  );

  blobsTest("a long stream that fails late stores nothing", async (blobs) => {
    const failing = ReadableStream.from((async function* () {
      for (let i = 0; i < 9; i++) yield new Uint8Array(1_000_000);
      await Promise.resolve();
      throw new Error("the line was cut");
    })());
    await assertRejects(() => blobs.put("long", failing), Error, "the line was cut");
    assertEquals(await blobs.list(""), []);
  });

  blobsTest("ranges exclude their end and are limited to the blob", async (blobs) => {
    await blobs.put("digits", bytesOf("0123456789"));
    assertEquals(await textOf(blobs, "digits", { start: 3, end: 6 }), "345");
    assertEquals(await textOf(blobs, "digits", { start: 7 }), "789");
    assertEquals(await textOf(blobs, "digits", { start: 8, end: 99 }), "89");
    assertEquals(await textOf(blobs, "digits", { start: 10 }), "");
    assertEquals(await textOf(blobs, "digits", { start: 10, end: 99 }), "");
    assertEquals(await textOf(blobs, "digits", { start: 4, end: 4 }), "");
    await blobs.put("empty", new Uint8Array());
    for (const range of [{ start: 0 }, { start: 0, end: 0 }, { start: 0, end: 99 }]) {
      assertEquals(await textOf(blobs, "empty", range), "", JSON.stringify(range));
    }
    const part = await blobs.get("digits", { start: 2, end: 4 });
    assertEquals(part!.bytes, 10);
    await part!.stream.cancel();
  });

  blobsTest(
    "a blob is replaced atomically, and open readers continue with the old one",
    async (blobs) => {
      await blobs.put("a", bytesOf("first, and longer"));
      const open = await blobs.get("a");
      await blobs.put("a", bytesOf("second"));
      assertEquals(await new Response(open!.stream).text(), "first, and longer");
      assertEquals(await textOf(blobs, "a"), "second");
    },
  );

  blobsTest("a blob is visible only after its stream has ended", async (blobs) => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const done = blobs.put("slow", readable);
    await writer.write(bytesOf("half"));
    assertEquals(await blobs.get("slow"), null);
    assertEquals(await blobs.list(""), []);
    await writer.write(bytesOf(", whole"));
    await writer.close();
    await done;
    assertEquals(await textOf(blobs, "slow"), "half, whole");
  });

  blobsTest("a stream that fails leaves the earlier blob, and throws its error", async (blobs) => {
    await blobs.put("a", bytesOf("earlier"));
    const failing = () =>
      ReadableStream.from((async function* () {
        yield bytesOf("some");
        await Promise.resolve();
        throw new Error("the line was cut");
      })());
    await assertRejects(() => blobs.put("a", failing()), Error, "the line was cut");
    await assertRejects(() => blobs.put("b", failing()), Error, "the line was cut");
    assertEquals(await textOf(blobs, "a"), "earlier");
    assertEquals(await blobs.list(""), ["a"]);
  });

  blobsTest("of several concurrent swaps of a blob one succeeds", async (blobs) => {
    assertEquals(await blobs.read("a/index"), null);
    const made = await Promise.all(
      ["first", "second", "third"].map((text) => blobs.swap("a/index", bytesOf(text), null)),
    );
    assertEquals(made.filter(Boolean).length, 1);
    const { bytes, tag } = (await blobs.read("a/index"))!;
    assertEquals(new TextDecoder().decode(bytes), ["first", "second", "third"][made.indexOf(true)]);

    const swapped = await Promise.all(
      ["4", "5", "6"].map((text) => blobs.swap("a/index", bytesOf(text), tag)),
    );
    assertEquals(swapped.filter(Boolean).length, 1);
    assertEquals(await textOf(blobs, "a/index"), ["4", "5", "6"][swapped.indexOf(true)]);
    assertEquals(await blobs.swap("a/index", bytesOf("late"), tag), false);
    assertEquals(await blobs.swap("a/index", bytesOf("late"), null), false);
    assertEquals(await blobs.list(""), ["a/index"]);
    await blobs.remove("a/index");
    assertEquals(await blobs.swap("a/index", bytesOf("late"), tag), false);
    assertEquals(await blobs.list(""), []);
  });

  blobsTest("names are listed by prefix, in ascending order", async (blobs) => {
    for (const name of ["b/2", "b/10", "b-c", "a", "b/1/x", "bb"]) {
      await blobs.put(name, bytesOf(name));
    }
    assertEquals(await blobs.list(""), ["a", "b-c", "b/1/x", "b/10", "b/2", "bb"]);
    assertEquals(await blobs.list("b/"), ["b/1/x", "b/10", "b/2"]);
    assertEquals(await blobs.list("b/1"), ["b/1/x", "b/10"]);
    assertEquals(await blobs.list("c/"), []);
  });

  blobsTest("entries are all blobs under a folder, with their size and age", async (blobs) => {
    const start = Date.now();
    for (const name of ["a/1", "a/b/22", "a/b/333", "ab"]) await blobs.put(name, bytesOf(name));
    const found = await Array.fromAsync(blobs.entries("a/"));
    const names = found.map(({ name, bytes, handle }) => [name, bytes, handle]);
    assertEquals(names.sort(), [
      ["a/1", 3, undefined],
      ["a/b/22", 6, undefined],
      ["a/b/333", 7, undefined],
    ]);
    for (const { modifiedAt } of found) {
      assert(Math.abs(modifiedAt.getTime() - start) < 60_000, modifiedAt.toISOString());
    }
    assertEquals((await Array.fromAsync(blobs.entries(""))).length, 4);
    assertEquals(await Array.fromAsync(blobs.entries("nothing/")), []);
  });

  // R2 bindings do not list unfinished writes, nor does miniflare's S3: see s3_test.ts.
  if (side === "disk") {
    blobsTest("an unfinished write is an entry, and can be abandoned", async (blobs) => {
      await blobs.put("a/1", bytesOf("there"));
      const begun = await blobs.parts.begin("a/1");
      await blobs.parts.put(begun, { n: 1, partBytes: PART_BYTES, bytes: bytesOf("x") });
      const unfinished = async () => {
        const all = await Array.fromAsync(blobs.entries("a/"));
        return all.filter(({ handle }) => handle !== undefined);
      };
      const [found, ...more] = await unfinished();
      assertEquals([found.name, found.handle, more], ["a/1", begun.handle, []]);
      assert(Math.abs(found.modifiedAt.getTime() - Date.now()) < 60_000);
      await blobs.parts.abandon({ name: found.name, handle: found.handle! });
      assertEquals(await unfinished(), []);
      assertEquals(await textOf(blobs, "a/1"), "there");
    });
  }

  blobsTest("one blob is removed by its name, all under one with a slash", async (blobs) => {
    for (const name of ["p/1/a", "p/1/b/c", "p/10", "q"]) await blobs.put(name, bytesOf(name));
    await blobs.remove("p/1/");
    assertEquals(await blobs.list(""), ["p/10", "q"]);
    await blobs.remove("q");
    await blobs.remove("q");
    await blobs.remove("p/1/");
    assertEquals(await blobs.list(""), ["p/10"]);
  });

  blobsTest("a new store is empty", async (blobs) => {
    assertEquals(await blobs.isEmpty(), true);
    await blobs.put("a/b", bytesOf("1"));
    assertEquals(await blobs.isEmpty(), false);
  });

  blobsTest("a name that could leave its folder is rejected by every method", async (blobs) => {
    const bad = [
      "",
      "/etc/passwd",
      "../x",
      "a/../../x",
      "a//b",
      "a/",
      ".hidden",
      "a/.x.part",
      "a\\b",
    ];
    for (const name of [...bad, "a\0b", "C:x", "a b", "x".repeat(201)]) {
      await assertRejects(() => blobs.put(name, new Uint8Array(1)), TypeError, "blob's name");
      await assertRejects(() => blobs.get(name), TypeError, "blob's name");
    }
    await assertRejects(() => blobs.remove("/"), TypeError);
    await assertRejects(() => blobs.remove("../"), TypeError);
  });

  blobsTest(
    "parts are stored in any order, also repeatedly, and joined to one blob",
    async (blobs) => {
      const part = (fill: number) => ({
        partBytes: PART_BYTES,
        bytes: new Uint8Array(PART_BYTES).fill(fill),
      });
      const blob = await blobs.parts.begin("uploads/parted");
      const tags: string[] = [];
      tags[1] = await blobs.parts.put(blob, { n: 2, ...part(2) });
      await blobs.parts.put(blob, { n: 1, ...part(9) });
      tags[2] = await blobs.parts.put(blob, { n: 3, ...part(3), bytes: bytesOf("the end") });
      tags[0] = await blobs.parts.put(blob, { n: 1, ...part(1) });
      assertEquals([await blobs.get(blob.name), await blobs.list("")], [null, []]);
      await blobs.parts.join(blob, tags);
      const got = await blobs.get(blob.name);
      const bytes = new Uint8Array(await new Response(got!.stream).arrayBuffer());
      assertEquals([got!.bytes, bytes.length], [2 * PART_BYTES + 7, 2 * PART_BYTES + 7]);
      assertEquals([bytes[0], bytes[PART_BYTES - 1], bytes[PART_BYTES]], [1, 1, 2]);
      assertEquals(new TextDecoder().decode(bytes.subarray(-7)), "the end");
      await blobs.parts.abandon(blob);
      assertEquals(await blobs.list(""), [blob.name]);
    },
  );

  blobsTest("abandoned parts are removed, and accept no further ones", async (blobs) => {
    const blob = await blobs.parts.begin("parted");
    const tag = await blobs.parts.put(blob, { n: 1, partBytes: PART_BYTES, bytes: bytesOf("x") });
    await blobs.parts.abandon(blob);
    await blobs.parts.abandon(blob);
    const more = { n: 2, partBytes: PART_BYTES, bytes: bytesOf("y") };
    await assertRejects(() => blobs.parts.put(blob, more));
    await assertRejects(() => blobs.parts.join(blob, [tag]));
    assertEquals(await blobs.list(""), []);
  });
}

Deno.test({
  name: "a trainer abandons by S3 an upload that a Worker began",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const { bucket: bound, s3 } = await bucket();
    const worker = r2Blobs(bound);
    const blob = await worker.parts.begin("begun");
    const part = { n: 1, partBytes: PART_BYTES, bytes: bytesOf("x") };
    await worker.parts.put(blob, part);
    await s3Blobs(s3).parts.abandon(blob);
    await assertRejects(() => worker.parts.put(blob, part));
  },
});

Deno.test("blobs (s3): a store that does not respond is unavailable", async () => {
  const blobs = s3Blobs({
    endpoint: "http://127.0.0.1:1",
    bucket: "airec",
    accessKeyId: "id",
    secretAccessKey: "secret",
  });
  await assertRejects(() => blobs.get("a"), BlobsAwayError);
  await assertRejects(() => blobs.isEmpty(), BlobsAwayError);
});
