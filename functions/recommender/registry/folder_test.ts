import { assertEquals, assertRejects } from "@std/assert";
import { until } from "../../../testing/until.ts";
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

/** Runs `test` on a folder registry whose writes fail from the given one on, until repaired. */
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
    swap: (name, content, tag) =>
      puts++ < failing.from ? disk.swap(name, content, tag) : Promise.reject(failing.error),
  };
  await test({
    registry: folderRegistry(blobs, { installation: "home" }),
    failFrom: (from, error) => (puts = 0, failing = { from, error }),
  });
  await Deno.remove(folder, { recursive: true });
}

Deno.test("a version is visible only when complete, and a retry completes it", async () => {
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

/** A folder registry in a separate process, which stops itself before it lists leftovers. */
const REMOVAL = `
  import { diskBlobs } from "${import.meta.resolve("../blobs/disk.ts")}";
  import { folderRegistry } from "${import.meta.resolve("./folder.ts")}";
  const [folder, model, version] = Deno.args;
  const disk = diskBlobs(folder);
  let stops = 1;
  const swap = (name, content, tag) => {
    if (stops-- > 0) Deno.kill(Deno.pid, "SIGSTOP");
    return disk.swap(name, content, tag);
  };
  const registry = folderRegistry({ ...disk, swap }, { installation: "home" });
  await registry.removeVersion(model, version);
`;

/** Returns the state of a process as `ps` reports it; "T" is stopped. */
async function stateOf(pid: number): Promise<string> {
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "state=", "-p", String(pid)] })
    .output();
  return new TextDecoder().decode(stdout).trim();
}

Deno.test({
  name: "a removal paused in one process does not undo what another publishes",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "airec-folder-" });
    const registry = folderRegistry(diskBlobs(folder), { installation: "home" });
    const { model } = training;
    await registry.publish(training);
    await registry.publish({ ...training, trainingId: "t-2" });
    const removal = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--ext=ts", REMOVAL, folder, model, "1"],
    }).spawn();
    await until(async () => await stateOf(removal.pid) === "T");

    assertEquals((await registry.publish({ ...training, trainingId: "t-3" })).version, "3");
    await registry.setAlias(model, "champion", "3");
    removal.kill("SIGCONT");
    assertEquals((await removal.status).code, 0);

    assertEquals(await registry.alias(model, "champion"), "3");
    assertEquals((await registry.versions(model)).map(({ version }) => version), ["3", "2"]);
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test("concurrent publishing and removing all take effect", async () => {
  const folder = await Deno.makeTempDir({ prefix: "airec-folder-" });
  const open = () => folderRegistry(diskBlobs(folder), { installation: "home" });
  const { model } = training;
  for (const id of ["old-1", "old-2"]) await open().publish({ ...training, trainingId: id });
  const ids = Array.from({ length: 12 }, (_, i) => `t-${i}`);
  await Promise.all([
    ...ids.map((trainingId) => open().publish({ ...training, trainingId })),
    open().removeVersion(model, "1"),
    open().removeVersion(model, "2"),
  ]);
  const versions = await open().versions(model);
  assertEquals(versions.map(({ trainingId }) => trainingId).toSorted(), ids.toSorted());
  assertEquals(new Set(versions.map(({ version }) => version)).size, ids.length);
  await Deno.remove(folder, { recursive: true });
});
