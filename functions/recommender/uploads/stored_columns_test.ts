import { assertEquals } from "@std/assert";
import type { Blobs } from "../blobs/blobs.ts";
import { COMMON } from "../files/dialect.ts";
import { storedColumns } from "./stored_columns.ts";

const FILE = { storage_path: "a/file.csv", dialect: COMMON };

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
  assertEquals(await storedColumns(blobsFor(Infinity), FILE), ["user", "item"]);
  assertEquals(await storedColumns(blobsFor(0), FILE), null);
  assertEquals(await storedColumns(blobsFor(1), FILE), null);
});
