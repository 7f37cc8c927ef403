import { assertEquals, assertRejects } from "@std/assert";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import { describeCsv } from "../../functions/recommender/files/dialect/describe.ts";
import { readRecords } from "../../functions/recommender/files/formats/read_records.ts";
import { ChangedFileError, eraseRows, hasRowsOf, type StoredInteractions } from "./erase_rows.ts";

/** Returns the rows of an upload after the erasure. */
async function erased(bytes: Uint8Array<ArrayBuffer>, users: string[], user_id = "user") {
  const folder = await Deno.makeTempDir();
  try {
    const blobs = diskBlobs(folder);
    await blobs.put("uploads/a", bytes);
    const { dialect } = await describeCsv(bytes);
    const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    const mapping = { user_id, item_id: "item" };
    const file: StoredInteractions = { storage_path: "uploads/a", sha256, dialect, mapping };
    if (!await hasRowsOf(file, { blobs, people: users })) {
      return { names: await blobs.list("uploads/") };
    }
    const rewritten = await eraseRows(file, { blobs, people: users, name: "uploads/b" });
    const names = await blobs.list("uploads/");
    const stored = await new Response((await blobs.get("uploads/b"))!.stream).bytes();
    assertEquals(rewritten.bytes, stored.length);
    const { columns, batches } = await readRecords(new Blob([stored]).stream(), rewritten.dialect);
    const rows: string[][] = [];
    for await (const batch of batches()) for (const { cells } of batch) rows.push(cells);
    return { names, columns, rows, stored };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const utf8 = (text: string) => new TextEncoder().encode(text);

Deno.test("the rows of erased users are removed, all others are unchanged", async () => {
  const text =
    'user;item;note\r\nann;1;"a;b"\r\n bob ;2;"two\nlines"\r\nann2;3;x\r\nbob;00123;\r\n';
  const { columns, rows, names } = await erased(utf8(text), ["bob", "cy"]);
  assertEquals(columns, ["user", "item", "note"]);
  assertEquals(rows, [["ann", "1", "a;b"], ["ann2", "3", "x"]]);
  assertEquals(names, ["uploads/a", "uploads/b"]);
});

Deno.test("a file without rows of erased users is unchanged", async () => {
  assertEquals(await erased(utf8("user,item\nann,1\nbob,2\n"), ["b"]), { names: ["uploads/a"] });
});

Deno.test("files of another encoding, without a header line, or packed", async () => {
  const utf16 = new Uint8Array(
    new Uint16Array(
      [0xfeff, ..."user\titem\nzoë\t1\nann\té\n"].map((c) =>
        typeof c === "number" ? c : c.charCodeAt(0)
      ),
    ).buffer,
  );
  assertEquals((await erased(utf16, ["zoë"])).rows, [["ann", "é"]]);
  const bare = await erased(utf8("1,10,5\n2,11,4\n3,10,3\n"), ["1"], "column1");
  assertEquals([bare.columns, bare.rows], [["column1", "column2", "column3"], [
    ["2", "11", "4"],
    ["3", "10", "3"],
  ]]);
  const gzip = new Blob([utf8("user,item\nann,1\nbob,2\n")]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  const packed = await erased(await new Response(gzip).bytes(), ["ann"]);
  assertEquals(packed.rows, [["bob", "2"]]);
  assertEquals([...packed.stored!.slice(0, 2)], [0x1f, 0x8b]);
});

Deno.test("an invalid line is removed only if it contains the id", async () => {
  const text = 'user,item\nann,1\n"bob"x,2\n"dan"x,3\nbob,4,5,6\neve,7,8\n';
  const { rows } = await erased(utf8(text), ["bob"]);
  assertEquals(rows, [["ann", "1"], ['"dan"x,3'], ["eve", "7", "8"]]);
});

Deno.test("a missing file has no rows to erase, and a file with another hash is not changed", async () => {
  const folder = await Deno.makeTempDir();
  const blobs = diskBlobs(folder);
  const bytes = utf8("user,item\nann,1\nbob,2\n");
  const { dialect } = await describeCsv(bytes);
  const mapping = { user_id: "user", item_id: "item" };
  const file: StoredInteractions = { storage_path: "uploads/a", sha256: "ab", dialect, mapping };
  assertEquals(await hasRowsOf(file, { blobs, people: ["ann"] }), false);
  await blobs.put("uploads/a", bytes);
  assertEquals(await hasRowsOf(file, { blobs, people: ["ann"] }), true);
  const erasing = eraseRows(file, { blobs, people: ["ann"], name: "uploads/b" });
  await assertRejects(() => erasing, ChangedFileError);
  assertEquals(await blobs.list(""), ["uploads/a"]);
  await Deno.remove(folder, { recursive: true });
});
