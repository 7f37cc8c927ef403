import { assertEquals } from "@std/assert";
import { testDatabase } from "../../testing/database.ts";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import { pendingProject } from "../../testing/training_project.ts";
import { isStoreAnother } from "./stored_files.ts";

Deno.test("a missing upload is distinguished from a missing store", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const folder = await Deno.makeTempDir({ prefix: "airec-stored-" });
  const blobs = diskBlobs(folder);
  const id = await pendingProject(sql);
  // As before the first upload, or if no volume is mounted.
  assertEquals((await isStoreAnother(sql, blobs, id))?.dependency, "BLOBS");
  await blobs.put("models/other", new Uint8Array(1));
  assertEquals(await isStoreAnother(sql, blobs, id), null);

  for (const name of ["a", "b"]) {
    const file = { storage_path: `uploads/${name}`, dialect: {}, mapping: {} };
    await pendingProject(sql, { files: [{ ...file, file_type: "CONTENT" }] });
  }
  assertEquals((await isStoreAnother(sql, blobs, id))?.dependency, "BLOBS");
  await blobs.put("uploads/b", new Uint8Array(1));
  assertEquals(await isStoreAnother(sql, blobs, id), null);
  await Deno.remove(folder, { recursive: true });
});
