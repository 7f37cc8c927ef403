import { assert, assertEquals, assertRejects } from "@std/assert";
import { ignoreWithout } from "../../../testing/runner/optional_parts.ts";
import { smallDisk } from "../../../testing/faults/small_disk.ts";
import { BlobsAwayError, BlobsFullError } from "./blobs.ts";
import { diskBlobs } from "./disk.ts";

const here = new URL(".", import.meta.url);

async function filesUnder(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) names.push(name);
  return names.sort();
}

Deno.test("disk blobs read their source only as fast as they write", async () => {
  const folder = await Deno.makeTempDir({ prefix: "airec-disk-" });
  let given = 0;
  let ahead = 0;
  const source = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const written = await partBytes(folder);
      ahead = Math.max(ahead, given - written);
      controller.enqueue(new Uint8Array(1 << 16));
      given += 1 << 16;
      if (given === 1 << 22) controller.close();
    },
  }, { highWaterMark: 0 });
  await diskBlobs(folder).put("big", source);
  assertEquals((await Deno.stat(`${folder}/big`)).size, 1 << 22);
  assert(ahead <= 1 << 17, `${ahead} bytes were taken ahead of the disk`);
  await Deno.remove(folder, { recursive: true });
});

async function partBytes(folder: string): Promise<number> {
  const part = (await filesUnder(folder)).find((name) => name.endsWith(".part"));
  return part ? (await Deno.stat(`${folder}/${part}`)).size : 0;
}

Deno.test("disk blobs leave no part file after a failed stream, and cancel their source", async () => {
  const folder = await Deno.makeTempDir({ prefix: "airec-disk-" });
  await assertRejects(() =>
    diskBlobs(folder).put("a", ReadableStream.from([new Uint8Array(9), null as never]))
  );
  assertEquals(await filesUnder(folder), []);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("removing a disk blob also removes the part files of a killed process", async () => {
  const folder = await Deno.makeTempDir({ prefix: "airec-disk-" });
  const blobs = diskBlobs(folder);
  for (const name of ["a", "ab"]) await blobs.parts.begin(name);
  await blobs.remove("a");
  assertEquals((await filesUnder(folder)).map((name) => name.slice(0, 4)), [".ab."]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test({
  name: "disk blobs report a full disk and free the space they used",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "airec-disk-" });
    await Deno.writeTextFile(
      `${folder}/fill.ts`,
      `import { diskBlobs } from "${new URL("disk.ts", here)}";
       const blobs = diskBlobs("${folder}/blobs");
       await blobs.put("small", new Uint8Array(1000));
       const source = ReadableStream.from(Array.from({ length: 64 }, () => new Uint8Array(65536)));
       await blobs.put("large", source).catch((error) => console.log(error.name, error.message));
       console.log((await blobs.list("")).join());`,
    );
    // A file size limit with its signal ignored works on every system without a mount.
    const { stdout, stderr } = await new Deno.Command("sh", {
      args: ["-c", `trap '' XFSZ; ulimit -f 1024; exec "$0" run -A --config "$1" "$2"`]
        .concat(Deno.execPath(), new URL("../../../deno.json", here).pathname, `${folder}/fill.ts`),
    }).output();
    assertEquals(
      new TextDecoder().decode(stdout),
      `${BlobsFullError.name} There is no space left to store large.\nsmall\n`,
      new TextDecoder().decode(stderr),
    );
    assertEquals(await filesUnder(`${folder}/blobs`), ["small"]);
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test({
  name: "disk blobs distinguish an unavailable store from a missing blob",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "airec-disk-" });
    // A symbolic link to itself: resolving it fails for every user, root included.
    await Deno.symlink("away", `${folder}/away`);
    const blobs = diskBlobs(`${folder}/away`);
    await assertRejects(() => blobs.get("a"), BlobsAwayError);
    await assertRejects(() => blobs.put("a", new Uint8Array(1)), BlobsAwayError);
    await assertRejects(() => blobs.isEmpty(), BlobsAwayError);
    await assertRejects(() => blobs.list(""), BlobsAwayError);
    await assertRejects(() => blobs.remove("a"), BlobsAwayError);
    await assertRejects(() => blobs.remove("a/"), BlobsAwayError);
    await assertRejects(() => Array.fromAsync(blobs.entries("")), BlobsAwayError);
    const parted = { name: "a", handle: crypto.randomUUID() };
    await assertRejects(() => blobs.parts.begin("a"), BlobsAwayError);
    await assertRejects(() => blobs.parts.join(parted, []), BlobsAwayError);
    await assertRejects(() => blobs.parts.abandon(parted), BlobsAwayError);
    assertEquals(await diskBlobs(`${folder}/never made`).get("a"), null);
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test({
  name: "disk blobs report a disk without free inodes, also for uploads in parts",
  ignore: ignoreWithout("small disk"),
  fn: async () => {
    // Space for the folder itself and two more entries.
    await using disk = await smallDisk(1e6, { files: 3 });
    const blobs = diskBlobs(disk.path);
    await blobs.put("a", new Uint8Array(1));
    const blob = await blobs.parts.begin("b");
    await assertRejects(() => blobs.put("c", new Uint8Array(1)), BlobsFullError);
    await assertRejects(() => blobs.parts.begin("c"), BlobsFullError);
    await assertRejects(() => blobs.swap("c", new Uint8Array(1), null), BlobsFullError);
    assertEquals(await blobs.list(""), ["a"]);
    await blobs.parts.abandon(blob);
    await blobs.put("c", new Uint8Array(1));
    assertEquals(await blobs.list(""), ["a", "c"]);
  },
});
