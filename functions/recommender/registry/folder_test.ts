import { assertEquals, assertRejects } from "@std/assert";
import { type Blobs, BlobsFullError } from "../blobs/blobs.ts";
import { diskBlobs } from "../blobs/disk.ts";
import { folderRegistry } from "./folder.ts";
import { type Registry, RegistryUnavailableError, type Training } from "./registry.ts";

const training: Training = {
  model: "project-1-recommender",
  trainingId: "t-1",
  description: "",
  parameters: {},
  metrics: {},
  tags: {},
  files: { a: Uint8Array.of(1), b: Uint8Array.of(2) },
  startedAt: new Date(),
};

/** A folder whose writes fail from the given one on, until it is mended. */
async function withFailingFolder(
  test: (
    at: { registry: Registry; failFrom: (put: number, error: Error) => void },
  ) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "airec-folder-" });
  const disk = diskBlobs(folder);
  let puts = 0;
  let failing = { from: Infinity, error: new Error() };
  const blobs: Blobs = {
    ...disk,
    put: (name, content) =>
      puts++ < failing.from ? disk.put(name, content) : Promise.reject(failing.error),
  };
  await test({
    registry: folderRegistry(blobs, { installation: "home" }),
    failFrom: (from, error) => (puts = 0, failing = { from, error }),
  });
  await Deno.remove(folder, { recursive: true });
}

Deno.test("a version is not seen before all of it is there, and a retry completes it", async () => {
  await withFailingFolder(async ({ registry, failFrom }) => {
    for (const written of [0, 1, 2]) {
      failFrom(written, new Error("the volume is gone"));
      await assertRejects(() => registry.publish(training), RegistryUnavailableError);
      assertEquals(await registry.versions(training.model), []);
      await assertRejects(() => registry.read(training.model, "1", "a"));
    }
    failFrom(Infinity, new Error());
    assertEquals((await registry.publish(training)).version, "1");
    assertEquals(await registry.read(training.model, "1", "b"), Uint8Array.of(2));
  });
});

Deno.test("a full disk keeps its own error", async () => {
  await withFailingFolder(async ({ registry, failFrom }) => {
    failFrom(1, new BlobsFullError("no room"));
    await assertRejects(() => registry.publish(training), BlobsFullError);
  });
});
