import { assertEquals } from "@std/assert";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import { folderRegistry } from "../../functions/recommender/registry/folder.ts";
import { until } from "../../testing/until.ts";
import { Dependencies } from "./dependencies.ts";
import type { Missing } from "./missing.ts";

const MET: Missing = {
  ...{ dependency: "BLOBS", state: "the file storage does not respond" },
  ...{ detail: "", refused: false },
};

/** Returns dependencies whose store is a folder that can be moved away. */
async function onFolder() {
  const parent = await Deno.makeTempDir({ prefix: "airec-dependencies-" });
  const folder = `${parent}/blobs`;
  const blobs = diskBlobs(folder);
  await blobs.put("uploads/1", new Uint8Array(1));
  const logged: string[] = [];
  const dependencies = new Dependencies({
    registry: folderRegistry(blobs, { installation: "here" }),
    blobs,
    installation: "here",
    trainerId: "one",
    log: ({ message }) => logged.push(message),
  });
  return {
    ...{ blobs, dependencies, logged, folder },
    [Symbol.asyncDispose]: () => Deno.remove(parent, { recursive: true }),
  };
}

Deno.test("claims pause while a dependency is unavailable, and only then", async () => {
  await using at = await onFolder();
  const { dependencies, folder, logged } = at;
  assertEquals(await dependencies.confirm(MET), false);
  assertEquals([await dependencies.areThere(), dependencies.pause], [true, null]);

  await Deno.rename(folder, `${folder} elsewhere`);
  assertEquals(await dependencies.confirm(MET), true);
  assertEquals(dependencies.pause?.dependency, "BLOBS");
  await until(async () => !await dependencies.areThere());
  // Nothing was created in place of the missing store.
  assertEquals(await Deno.stat(folder).catch(() => null), null);

  await Deno.rename(`${folder} elsewhere`, folder);
  await until(() => dependencies.areThere());
  assertEquals(dependencies.pause, null);
  assertEquals(logged, ["dependency is away", "dependency is back"]);
  assertEquals(await at.blobs.list("probes/"), []);
});

Deno.test("while a training waits for a dependency before publishing, no other training starts", async () => {
  await using at = await onFolder();
  const { dependencies } = at;
  const training = {};
  dependencies.waits(training, { ...MET, state: "the file storage is full" });
  const start = Date.now();
  while (Date.now() - start < 1_200) {
    assertEquals(await dependencies.areThere(), false);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assertEquals(dependencies.pause?.state, "the file storage is full");
  dependencies.waits(training, null);
  assertEquals(await dependencies.areThere(), true);
});
