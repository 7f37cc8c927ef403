import { assertEquals } from "@std/assert";
import { blobBytes } from "../blobs/blob_bytes.ts";
import type { Blobs } from "../blobs/blobs.ts";
import { COMMON } from "../files/dialect.ts";
import { storedColumns } from "./stored_columns.ts";

/** Returns blobs that contain one file for the first `reads` calls. */
function blobsFor(reads: number): Blobs {
  const bytes = new TextEncoder().encode("user,item\n1,2\n");
  return {
    get: (_: string, range = { start: 0, end: bytes.length }) =>
      Promise.resolve(
        reads-- > 0
          ? {
            bytes: bytes.length,
            stream: new Blob([bytes.slice(range.start, range.end)]).stream(),
          }
          : null,
      ),
  } as unknown as Blobs;
}

Deno.test("a stored file has its columns; a deleted one has none, also while it is read", async () => {
  const columns = async (reads: number) =>
    await storedColumns(await blobBytes(blobsFor(reads), "a/file.csv"), COMMON);
  assertEquals(await columns(Infinity), ["user", "item"]);
  assertEquals(await columns(0), null);
  assertEquals(await columns(1), null);
});
