import { assert, assertEquals, assertRejects } from "@std/assert";
import { ownCache } from "../../../testing/faults/own_cache.ts";
import { until } from "../../../testing/until.ts";
import { type Blobs, BlobsFullError } from "../blobs/blobs.ts";
import { diskBlobs } from "../blobs/disk.ts";
import { folderRegistry } from "./folder.ts";
import {
  type Leftover,
  NumberTakenError,
  type Registry,
  RegistryConflictError,
  RegistryMissingError,
  RegistryUnavailableError,
  type Training,
} from "./registry.ts";

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
    await using cache = await ownCache();
    const removal = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--ext=ts", REMOVAL, folder, model, "1"],
      env: cache.env,
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

/** A folder on disk, opened as registries of installations. */
async function onDisk() {
  const folder = await Deno.makeTempDir({ prefix: "airec-folder-" });
  const blobs = diskBlobs(folder);
  return {
    ...{ folder, blobs },
    open: (installation = "home") => folderRegistry(blobs, { installation }),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

const text = (content: string) => new TextEncoder().encode(content);

Deno.test("versions are numbered, listed newest first, and exported as they were published", async () => {
  await using at = await onDisk();
  const registry = at.open();
  const { model } = training;
  assertEquals(registry.description, "the folder registry");
  assertEquals([await registry.versions(model), await registry.models()], [[], []]);
  const full = {
    ...{ ...training, description: "Films", parameters: { lambda: 5 }, metrics: { ndcg_10: 0.5 } },
    ...{ tags: { gate: "accepted" }, pages: { "report.html": text("<p>") } },
    startedAt: new Date("2026-11-22T10:15:00.123Z"),
  };
  const first = await registry.publish(full);
  assertEquals(await registry.publish(full), first, "a retry publishes nothing twice");
  const { createdAt, ...rest } = first;
  assertEquals(rest, {
    ...{ version: "1", trainingId: "t-1", metrics: full.metrics, tags: full.tags },
  });
  const second = await registry.publish({ ...full, trainingId: "t-2" });
  assertEquals(await registry.versions(model), [second, first]);
  assertEquals(await registry.models(), [model]);

  const exported = await registry.exported(model, "1");
  const { files: _, pages: __, ...kept } = full;
  assertEquals([exported.version, exported.createdAt, exported.pages], ["1", createdAt, {}]);
  const { model: of, trainingId, description, parameters, metrics, tags, startedAt } =
    exported.training;
  assertEquals(
    { model: of, trainingId, description, parameters, metrics, tags, startedAt },
    kept,
  );
  const read = async (path: string) =>
    await new Response((await exported.files[path]()).stream).text();
  assertEquals(Object.keys(exported.files).sort(), ["a", "b", "report.html"]);
  assertEquals(await read("report.html"), "<p>");

  const made = new Date("2020-01-01T00:00:00Z");
  const copy = await registry.publish(
    { ...training, trainingId: "t-9" },
    { version: "9", createdAt: made },
  );
  assertEquals([copy.version, copy.createdAt], ["9", made]);
  for (const version of ["9", "3"]) {
    await assertRejects(
      () => registry.publish({ ...training, trainingId: "t-x" }, { version, createdAt: made }),
      NumberTakenError,
      `already has ${version} or`,
    );
  }
  assertEquals((await registry.publish({ ...training, trainingId: "t-10" })).version, "10");
  await assertRejects(() => registry.exported(model, "4"), RegistryMissingError, "version 4");
});

Deno.test("aliases are set, moved if they still point there, and removed", async () => {
  await using at = await onDisk();
  const registry = at.open();
  const { model } = training;
  for (const trainingId of ["t-1", "t-2"]) await registry.publish({ ...training, trainingId });
  const champion = () => registry.alias(model, "champion");
  const move = (from: string | null, to: string) =>
    registry.moveAlias(model, "champion", { from, to });
  assertEquals(await champion(), null);
  assertEquals([await move("1", "2"), await move(null, "1"), await champion()], [false, true, "1"]);
  assertEquals([await move("2", "2"), await move("1", "2"), await champion()], [false, true, "2"]);
  await assertRejects(() => move("2", "7"), RegistryMissingError);
  await assertRejects(() => registry.setAlias(model, "champion", "7"), RegistryMissingError);
  await registry.setAlias(model, "challenger", "1");
  assertEquals([await champion(), await registry.alias(model, "challenger")], ["2", "1"]);
  await registry.removeVersion(model, "2");
  assertEquals([await champion(), await move("2", "1"), await move(null, "1")], [
    ...[null, false, true],
  ]);
  await registry.removeAlias(model, "champion");
  await registry.removeAlias(model, "champion");
  assertEquals([await champion(), await registry.alias(model, "challenger")], [null, "1"]);
});

Deno.test("files are opened, listed, written, swapped and removed", async () => {
  await using at = await onDisk();
  const registry = at.open();
  const { model } = training;
  await registry.publish({ ...training, files: { "data/a": text("abcdef"), b: text("b") } });
  const read = async (path: string, reader: Registry = registry) =>
    new TextDecoder().decode(await reader.read(model, "1", path));
  const part = await registry.open(model, "1", "data/a", { start: 1, end: 3 });
  assertEquals([part.bytes, await new Response(part.stream).text()], [6, "bc"]);
  assertEquals(await registry.files(model, "1", "data"), ["data/a"]);
  await registry.write(model, "1", "data/c", text("c"));
  assertEquals((await registry.files(model, "1", "data")).sort(), ["data/a", "data/c"]);
  const swap = (from: string, path = "data/c") =>
    registry.swap(model, "1", path, { from: text(from), to: text("d") });
  assertEquals([await swap("x"), await swap("c", "data/none"), await read("data/c")], [
    ...[false, false, "c"],
  ]);
  assertEquals([await swap("c"), await swap("c"), await read("data/c")], [true, false, "d"]);
  await registry.removeFile(model, "1", "data/c");
  assertEquals(await registry.files(model, "1", "data"), ["data/a"]);
  await assertRejects(() => read("data/c"), RegistryMissingError, "file data/c in version 1");
  await assertRejects(() => read("b", at.open("elsewhere")), RegistryConflictError);

  // Another process removes the version, and its number becomes another training's.
  const other = at.open();
  await other.remove(model);
  await assertRejects(() => read("b"), RegistryMissingError, "version 1");
  await other.publish({ ...training, trainingId: "t-2", files: { b: text("new") } });
  assertEquals(await read("b"), "new");
  const missing: (() => Promise<unknown>)[] = [
    () => registry.files(model, "2", "data"),
    () => registry.write(model, "2", "b", text("x")),
    () => registry.swap(model, "2", "b", { from: text("x"), to: text("x") }),
    () => registry.removeFile(model, "2", "b"),
    () => registry.read(model, "2", "b"),
  ];
  for (const call of missing) await assertRejects(call, RegistryMissingError, "version 2");
});

Deno.test("a version that is removed goes with its files, a model with all of them", async () => {
  await using at = await onDisk();
  const registry = at.open();
  const { model } = training;
  const names = async () => (await at.blobs.list(`models/${model}/`)).sort();
  for (const trainingId of ["t-1", "t-2"]) await registry.publish({ ...training, trainingId });
  await registry.setAlias(model, "champion", "1");
  await registry.removeVersion(model, "7");
  await registry.removeVersion(model, "1");
  await registry.removeVersion(model, "1");
  const left = ["aliases/champion", "artifacts/t-2/a", "artifacts/t-2/b", "index.json"];
  assertEquals(await names(), left.map((name) => `models/${model}/${name}`));
  for (
    const call of [
      () => at.open("elsewhere").remove(model),
      () => at.open("elsewhere").removeVersion(model, "2"),
      () => at.open("elsewhere").removeAlias(model, "champion"),
      () => at.open("elsewhere").publish(training),
      () => at.open("elsewhere").alias(model, "champion"),
    ]
  ) await assertRejects(call, RegistryConflictError, "the installation home");
  assertEquals((await names()).length, 4);
  assertEquals(await at.open("elsewhere").models(), []);
  const removed: string[] = [];
  const remove = async (name: string) => {
    removed.push(name.slice(`models/${model}/`.length));
    await at.blobs.remove(name);
  };
  await folderRegistry({ ...at.blobs, remove }, { installation: "home" }).remove(model);
  assertEquals([await names(), removed], [[], ["aliases/", "artifacts/", ""]]);
});

Deno.test("the index is readable and names its installation; an empty training and a damaged index are refused", async () => {
  await using at = await onDisk();
  const registry = at.open();
  await assertRejects(() => registry.publish({ ...training, files: {} }), TypeError, "have files");
  assertEquals(await registry.models(), []);
  await registry.publish(training);
  const index = new TextDecoder().decode(
    (await at.blobs.read(`models/${training.model}/index.json`))!.bytes,
  );
  assert(index.startsWith('{\n  "installation": "home"') && index.endsWith("}\n"));
  await at.blobs.put(`models/${training.model}/index.json`, text("{"));
  const error = await assertRejects(
    () => registry.versions(training.model),
    RegistryUnavailableError,
    "The folder registry cannot be read or written at the moment.",
  );
  assert(error.cause instanceof SyntaxError);
});

/** Returns the leftovers of a registry whose projects have these latest trainings. */
async function leftoversOf(
  registry: Registry,
  latest: Record<string, string | null>,
  oursAlone = false,
): Promise<Leftover[]> {
  return await Array.fromAsync(registry.leftovers({
    trainings: (models) =>
      Promise.resolve(
        new Map(models.filter((name) => name in latest).map((name) => [name, latest[name]])),
      ),
    oursAlone,
  }));
}

Deno.test("leftovers are what no version, latest training or project refers to", async () => {
  await using at = await onDisk();
  const registry = at.open();
  const { model } = training;
  const before = Date.now() - 2_000;
  await registry.publish(training);
  const cut = `models/${model}/artifacts/t-2/`;
  await at.blobs.put(`${cut}a`, text("abc"));
  await at.blobs.put(`${cut}data/b`, text("de"));
  assertEquals(await leftoversOf(registry, { [model]: "t-2" }), [], "it may still publish");
  assertEquals(await leftoversOf(registry, { [model]: null }), [], "a project being removed");
  assertEquals(await leftoversOf(at.open("elsewhere"), {}), [], "another installation's");
  const [left, ...more] = await leftoversOf(registry, { [model]: "t-3" });
  assertEquals([left.name, left.bytes, more], [cut, 5, []]);
  assert(left.since.getTime() > before && left.since.getTime() < Date.now() + 2_000);

  // It is published meanwhile: then it stays.
  await registry.publish({ ...training, trainingId: "t-2" });
  await left.remove();
  assertEquals((await at.blobs.list(cut)).length, 3);
  await at.blobs.put(`models/${model}/artifacts/t-4/a`, text("x"));
  const [other] = await leftoversOf(registry, { [model]: "t-3" });
  await other.remove();
  assertEquals(await leftoversOf(registry, { [model]: "t-3" }), []);

  const [whole] = await leftoversOf(registry, {});
  assertEquals(whole.name, `models/${model}/`);
  await whole.remove();
  assertEquals([await registry.versions(model), await at.blobs.list("models/")], [[], []]);
});

Deno.test("files of no installation are left over where the store is ours alone", async () => {
  await using at = await onDisk();
  const registry = at.open();
  await at.blobs.put("models/stray/artifacts/t-1/a", text("x"));
  await at.blobs.put("models/note.txt", text("by hand"));
  assertEquals(await leftoversOf(registry, {}), []);
  const [left, ...more] = await leftoversOf(registry, {}, true);
  assertEquals([left.name, more], ["models/stray/", []]);
  await left.remove();
  assertEquals(await at.blobs.list("models/"), ["models/note.txt"]);

  await at.blobs.put("models/a/index.json", text("{"));
  await registry.publish({ ...training, model: "b" });
  const seen: string[] = [];
  await assertRejects(async () => {
    const options = { trainings: () => Promise.resolve(new Map()), oursAlone: false };
    for await (const { name } of registry.leftovers(options)) seen.push(name);
  }, SyntaxError);
  assertEquals(seen, ["models/b/"], "an index that cannot be read does not stop the others");
});

Deno.test("files of a known version are opened without reading the index again", async () => {
  await using at = await onDisk();
  await at.open().publish(training);
  let reads = 0;
  const read: Blobs["read"] = (name) => (reads++, at.blobs.read(name));
  const registry = folderRegistry({ ...at.blobs, read }, { installation: "home" });
  await registry.versions(training.model);
  assertEquals(await registry.read(training.model, "1", "a"), Uint8Array.of(1));
  assertEquals(await registry.read(training.model, "1", "b"), Uint8Array.of(2));
  assertEquals(reads, 1);
});
