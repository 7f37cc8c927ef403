/** Conformance tests of both registries: the folder on disk blobs, and a real MLflow server. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { ignoreWithout } from "../../../testing/runner/optional_parts.ts";
import { ownModel, sharedMlflow } from "../../../testing/runner/shared_mlflow.ts";
import type { Blobs } from "../blobs/blobs.ts";
import { diskBlobs } from "../blobs/disk.ts";
import { folderRegistry } from "./folder.ts";
import { mlflowRegistry } from "./mlflow.ts";
import {
  type Leftover,
  makeChampion,
  type Registry,
  RegistryConflictError,
  RegistryMissingError,
  type Training,
} from "./registry.ts";

/**
 * Opens the registry as an installation.
 * @param files number of files after which the process is killed.
 */
type Open = (installation: string, files?: number) => Registry;

const folder = await Deno.makeTempDir({ prefix: "airec-registry-" });

const sides: Record<string, { ignore: boolean; open: () => Promise<Open> }> = {
  folder: {
    ignore: false,
    open: () =>
      Promise.resolve((installation, files = Infinity) => {
        const blobs = diskBlobs(folder);
        const cut = after(files);
        const put: Blobs["put"] = async (...what) => (cut(), await blobs.put(...what));
        return folderRegistry({ ...blobs, put }, { installation });
      }),
  },
  mlflow: {
    ignore: ignoreWithout("mlflow"),
    open: async () => {
      const trackingUri = await sharedMlflow();
      return (installation, files = Infinity) => {
        const cut = after(files);
        return mlflowRegistry({
          ...{ trackingUri, installation },
          async fetch(input, init) {
            if (init?.method === "PUT") cut();
            return await fetch(input, init);
          },
        });
      };
    },
  },
};

Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

/** Returns a function that throws after `calls` calls. */
function after(calls: number): () => void {
  return () => {
    if (calls-- <= 0) throw new Error("the process was killed");
  };
}

/**
 * Returns the leftovers of one model.
 * @param latest the latest training of its project; without it the model has no project.
 */
async function leftoversOf(
  registry: Registry,
  model: string,
  latest?: string,
): Promise<Leftover[]> {
  const all = await Array.fromAsync(registry.leftovers({
    trainings: (models) => {
      const known = models.filter((name) => name !== model || latest !== undefined);
      return Promise.resolve(new Map(known.map((name) => [name, latest ?? null])));
    },
    oursAlone: false,
  }));
  return all.filter(({ name }) => name.includes(model));
}

const bytes = (text: string) => new TextEncoder().encode(text);

function training(model: string, trainingId: string, more: Partial<Training> = {}): Training {
  return {
    model,
    trainingId,
    description: "Films of a small shop",
    parameters: { algorithm: "ease", lambda: 500, positive: true },
    metrics: { ndcg_10: 0.4321, recall_20: 0.5 },
    tags: { gate: "accepted" },
    files: {
      "MLmodel": bytes("flavors: {}\n"),
      "data/manifest.json": bytes(`{"training": "${trainingId}"}`),
      "data/model.safetensors": crypto.getRandomValues(new Uint8Array(50_000)),
    },
    startedAt: new Date(),
    ...more,
  };
}

for (const [side, { ignore, open }] of Object.entries(sides)) {
  const registryTest = (name: string, test: (open: Open, model: string) => Promise<void>) =>
    Deno.test({
      name: `registry (${side}): ${name}`,
      ignore,
      sanitizeOps: false, // the server is shared by the tests of this file
      sanitizeResources: false,
      fn: async () => await test(await open(), ownModel()),
    });

  registryTest(
    "a published version is listed and read back, byte for byte",
    async (open, model) => {
      const registry = open("home");
      assertEquals(await registry.versions(model), []);
      const first = training(model, "t-1");
      const version = await registry.publish(first);
      assertEquals(version.version, "1");
      assertEquals(version.trainingId, "t-1");
      assertEquals(version.metrics, first.metrics);
      assertEquals(version.tags, first.tags);
      assert(Math.abs(version.createdAt.getTime() - Date.now()) < 60_000);
      assertEquals(await registry.versions(model), [version]);
      const path = "data/model.safetensors";
      assertEquals(await registry.read(model, "1", path), first.files[path]);
    },
  );

  registryTest(
    "a file is opened in full or in part, with its total length",
    async (open, model) => {
      const registry = open("home");
      const one = training(model, "t-1");
      await registry.publish(one);
      const path = "data/model.safetensors";
      const whole = one.files[path];
      const part = async (range?: { start: number; end?: number }) => {
        const { bytes, stream } = await registry.open(model, "1", path, range);
        assertEquals(bytes, whole.length);
        return new Uint8Array(await new Response(stream).arrayBuffer());
      };
      assertEquals(await part(), whole);
      assertEquals(await part({ start: 0, end: 8 }), whole.slice(0, 8));
      assertEquals(await part({ start: 20_001, end: 30_000 }), whole.slice(20_001, 30_000));
      assertEquals(await part({ start: 49_990 }), whole.slice(49_990));
      assertEquals(await part({ start: 49_990, end: 60_000 }), whole.slice(49_990));
      assertEquals(await part({ start: 7, end: 7 }), new Uint8Array());
      assertEquals(await part({ start: 50_000 }), new Uint8Array());
      const { stream } = await registry.open(model, "1", path);
      await stream.cancel();
      await assertRejects(() => registry.open(model, "1", "data/nothing"), RegistryMissingError);
      await assertRejects(() => registry.open(model, "2", path), RegistryMissingError);
    },
  );

  registryTest("versions count from 1 and are listed newest first", async (open, model) => {
    const registry = open("home");
    for (const id of ["t-1", "t-2", "t-3"]) await registry.publish(training(model, id));
    const versions = await registry.versions(model);
    assertEquals(versions.map((v) => v.version), ["3", "2", "1"]);
    assertEquals(versions.map((v) => v.trainingId), ["t-3", "t-2", "t-1"]);
    const manifest = await registry.read(model, "2", "data/manifest.json");
    assertEquals(new TextDecoder().decode(manifest), '{"training": "t-2"}');
  });

  registryTest("a training published twice creates one version", async (open, model) => {
    const registry = open("home");
    const first = training(model, "t-1");
    const version = await registry.publish(first);
    assertEquals(await registry.publish(first), version);
    assertEquals(await open("home").publish(first), version);
    assertEquals((await registry.versions(model)).length, 1);
  });

  registryTest(
    "an alias points where it was set, and publishing does not move it",
    async (open, model) => {
      const registry = open("home");
      assertEquals(await registry.alias(model, "champion"), null);
      await registry.publish(training(model, "t-1"));
      assertEquals(await registry.alias(model, "champion"), null);
      await registry.setAlias(model, "champion", "1");
      await registry.publish(training(model, "t-2"));
      assertEquals(await registry.alias(model, "champion"), "1");
      await registry.setAlias(model, "challenger", "2");
      await registry.setAlias(model, "champion", "2");
      await registry.setAlias(model, "champion", "1");
      assertEquals(await registry.alias(model, "champion"), "1");
      assertEquals(await registry.alias(model, "challenger"), "2");
      await assertRejects(() => registry.setAlias(model, "champion", "7"), RegistryMissingError);
      assertEquals(await registry.alias(model, "champion"), "1");
      const move = (from: string | null, to: string) =>
        registry.moveAlias(model, "champion", { from, to });
      assertEquals(await move("2", "2"), false);
      assertEquals(await move(null, "2"), false);
      assertEquals(await registry.alias(model, "champion"), "1");
      assertEquals(await move("1", "2"), true);
      assertEquals(await move("1", "2"), false);
      assertEquals(await move("2", "1"), true);
      await assertRejects(() => move("1", "7"), RegistryMissingError);
      assertEquals(await registry.alias(model, "champion"), "1");
      await registry.removeAlias(model, "challenger");
      await registry.removeAlias(model, "challenger");
      assertEquals(await registry.alias(model, "challenger"), null);

      await registry.setAlias(model, "challenger", "2");
      await makeChampion(registry, model, "2");
      assertEquals(await registry.alias(model, "champion"), "2");
      assertEquals(await registry.alias(model, "challenger"), null);
      await registry.setAlias(model, "challenger", "1");
      await registry.removeVersion(model, "1");
      assertEquals(await registry.alias(model, "challenger"), null);
      await registry.publish(training(model, "t-3"));
      assertEquals(await registry.alias(model, "champion"), "2");
    },
  );

  registryTest("errors name the missing model, version or file", async (open, model) => {
    const registry = open("home");
    const read = (version: string, path: string) => registry.read(model, version, path);
    await assertRejects(() => read("1", "MLmodel"), RegistryMissingError, model);
    await assertRejects(() => registry.setAlias(model, "champion", "1"), RegistryMissingError);
    await registry.publish(training(model, "t-1"));
    await assertRejects(() => read("2", "MLmodel"), RegistryMissingError, "version 2");
    await assertRejects(() => read("1", "data/nothing"), RegistryMissingError, "data/nothing");
  });

  registryTest(
    "a model of another installation is neither used nor changed",
    async (open, model) => {
      const ours = open("home");
      await ours.publish(training(model, "t-1"));
      await ours.setAlias(model, "champion", "1");
      const theirs = open("elsewhere");
      const refused = (call: () => Promise<unknown>) =>
        assertRejects(call, RegistryConflictError, "belongs to the installation home");
      await refused(() => theirs.publish(training(model, "t-9")));
      await refused(() => theirs.versions(model));
      await refused(() => theirs.alias(model, "champion"));
      await refused(() => theirs.setAlias(model, "champion", "1"));
      await refused(() => theirs.removeAlias(model, "champion"));
      await refused(() => theirs.removeVersion(model, "1"));
      await refused(() => theirs.remove(model));
      assertEquals((await ours.versions(model)).map((v) => v.trainingId), ["t-1"]);
      assertEquals(await ours.alias(model, "champion"), "1");
    },
  );

  registryTest(
    "a removed model leaves nothing, and its name can be used again",
    async (open, model) => {
      const registry = open("home");
      await registry.publish(training(model, "t-1"));
      await registry.publish(training(model, "t-2"));
      await registry.setAlias(model, "champion", "2");
      await registry.remove(model);
      assertEquals(await registry.versions(model), []);
      assertEquals(await registry.alias(model, "champion"), null);
      await assertRejects(() => registry.read(model, "1", "MLmodel"), RegistryMissingError);
      await registry.remove(model);
      const again = await registry.publish(training(model, "t-1"));
      assertEquals(again.version, "1");
      assertEquals(await registry.versions(model), [again]);
    },
  );

  registryTest(
    "a removed version is deleted with its artifact, the others stay",
    async (open, model) => {
      const registry = open("home");
      for (const id of ["t-1", "t-2", "t-3"]) await registry.publish(training(model, id));
      await registry.setAlias(model, "champion", "3");
      await registry.removeVersion(model, "2");
      await registry.removeVersion(model, "2");
      await registry.removeVersion(model, "9");
      assertEquals((await registry.versions(model)).map((v) => v.version), ["3", "1"]);
      await assertRejects(() => registry.read(model, "2", "MLmodel"), RegistryMissingError);
      await assertRejects(
        () => registry.setAlias(model, "champion", "2"),
        RegistryMissingError,
      );
      assertEquals(await registry.alias(model, "champion"), "3");
      const kept = await registry.read(model, "1", "data/manifest.json");
      assertEquals(new TextDecoder().decode(kept), '{"training": "t-1"}');
      assertEquals((await registry.publish(training(model, "t-4"))).version, "4");
    },
  );

  registryTest(
    "leftovers of an interrupted publish are listed and can be removed",
    async (open, model) => {
      const registry = open("home");
      await registry.publish(training(model, "t-1"));
      const candidates = [{ name: "ease", parameters: {}, metrics: { ndcg_10: .2 }, seconds: 1 }];
      const pages = { "report.html": bytes("<p>Films</p>") };
      await assertRejects(() =>
        open("home", 2).publish(training(model, "t-2", { pages, candidates }))
      );
      assertEquals(await leftoversOf(registry, model, "t-2"), []);
      assertEquals(await leftoversOf(open("elsewhere"), model, "t-3"), []);

      const left = await leftoversOf(registry, model, "t-3");
      assert(left.length > 0);
      for (const { since, remove } of left) {
        assert(Math.abs(since.getTime() - Date.now()) < 60_000, since.toISOString());
        await remove();
      }
      assertEquals(await leftoversOf(registry, model, "t-3"), []);
      const kept = await registry.read(model, "1", "data/manifest.json");
      assertEquals(new TextDecoder().decode(kept), '{"training": "t-1"}');
      assertEquals((await registry.publish(training(model, "t-2"))).version, "2");
    },
  );

  registryTest(
    "an interrupted first publish names its project, and is removed with it",
    async (open, model) => {
      await assertRejects(() => open("home", 1).publish(training(model, "t-1")));
      const registry = open("home");
      assertEquals(await leftoversOf(registry, model, "t-1"), []);
      assertEquals(await leftoversOf(open("elsewhere"), model), []);
      for (const { remove } of await leftoversOf(registry, model)) await remove();
      assertEquals(await leftoversOf(registry, model), []);
      assertEquals(await registry.versions(model), []);
    },
  );

  registryTest(
    "a model without a project is listed as left over, with all its parts",
    async (open, model) => {
      const registry = open("home");
      await registry.publish(training(model, "t-1"));
      await registry.setAlias(model, "champion", "1");
      assertEquals(await leftoversOf(open("elsewhere"), model), []);
      const [left, ...more] = await leftoversOf(registry, model);
      assertEquals(more, []);
      assert(Math.abs(left.since.getTime() - Date.now()) < 60_000, left.since.toISOString());
      await left.remove();
      assertEquals(await leftoversOf(registry, model), []);
      assertEquals(await registry.versions(model), []);
    },
  );

  registryTest(
    "a version's files are listed, written, swapped and removed one by one",
    async (open, model) => {
      const registry = open("home");
      const published = training(model, "t-1");
      await registry.publish(published);
      const [manifest, weights] = ["data/manifest.json", "data/model.safetensors"];
      assertEquals(await registry.files(model, "1", "data"), [manifest, weights]);
      assertEquals(await registry.files(model, "1", "nothing"), []);

      const users = "data/users.ab12.safetensors";
      await registry.write(model, "1", users, bytes("ann"));
      await registry.write(model, "1", users, bytes("bob, and cy"));
      assertEquals(await registry.read(model, "1", users), bytes("bob, and cy"));
      assertEquals(await registry.files(model, "1", "data"), [manifest, weights, users]);

      const from = published.files[manifest];
      const swap = (from: Uint8Array, to: string) =>
        registry.swap(model, "1", manifest, { from, to: bytes(to) });
      assertEquals(await swap(bytes("another"), "never"), false);
      assertEquals(await swap(from, "the next one, which is longer"), true);
      assertEquals(await swap(from, "never"), false);
      assertEquals(
        await registry.read(model, "1", manifest),
        bytes("the next one, which is longer"),
      );

      await registry.removeFile(model, "1", users);
      await registry.removeFile(model, "1", users);
      assertEquals(await registry.files(model, "1", "data"), [manifest, weights]);
      await assertRejects(() => registry.read(model, "1", users), RegistryMissingError);
      const missing: (() => Promise<unknown>)[] = [
        () => registry.files(model, "2", "data"),
        () => registry.write(model, "2", users, bytes("x")),
        () => registry.swap(model, "2", manifest, { from, to: bytes("x") }),
        () => registry.removeFile(model, "2", users),
      ];
      for (const call of missing) await assertRejects(call, RegistryMissingError, "version 2");
      const theirs = open("elsewhere");
      const refused: (() => Promise<unknown>)[] = [
        () => theirs.write(model, "1", users, bytes("x")),
        () => theirs.swap(model, "1", manifest, { from, to: bytes("x") }),
        () => theirs.removeFile(model, "1", manifest),
      ];
      for (const call of refused) await assertRejects(call, RegistryConflictError, "belongs to");
      assertEquals(await registry.files(model, "1", "data"), [manifest, weights]);
    },
  );

  registryTest(
    "names that a registry would change are rejected before anything is stored",
    async (open, model) => {
      const registry = open("home");
      const refused = (more: Partial<Training>) =>
        assertRejects(() => registry.publish(training(model, "t-1", more)), TypeError);
      await refused({ metrics: { "ndcg@10": 1 } });
      await refused({ metrics: { novelty: Infinity } });
      await refused({ trainingId: "../t" });
      await refused({ files: {} });
      assertEquals(await registry.versions(model), []);
    },
  );

  registryTest(
    "a version is exported with all its metadata, and published under its number",
    async (open, model) => {
      const [registry, other] = [open("home"), open("elsewhere")];
      const source = {
        ...{ name: "a.csv", sha256: "ab".repeat(32), path: "uploads/a" },
        ...{ role: "interaction", columns: ["u", "i"], rows: 7 },
      };
      const original = training(model, "t-1", {
        about: "Films, *all* of them",
        pages: { "report.html": bytes("<p>Good.</p>") },
        sources: [source],
        candidates: [
          { name: "ease", parameters: { lambda: 5 }, metrics: { ndcg: 0.5 }, seconds: 2 },
          { name: "ials", parameters: {}, metrics: {}, skipped: "no time" },
        ],
        startedAt: new Date("2026-11-22T10:15:00.123Z"),
      });
      await registry.publish(original);
      assert((await registry.models()).includes(model));

      const { training: all, files, pages, version, createdAt } = await registry.exported(
        model,
        "1",
      );
      assertEquals(version, "1");
      assertEquals(all.startedAt, original.startedAt);
      assertEquals([all.metrics, all.tags], [original.metrics, original.tags]);
      assertEquals(all.description, original.description);
      const texts = (values: object) => Object.values(values).map(String);
      assertEquals(texts(all.parameters).sort(), texts(original.parameters).sort());
      if (side === "mlflow") {
        assertEquals(all.about, original.about);
        assertEquals(all.sources, [{ ...source, sha256: source.sha256.slice(0, 36) }]);
        assertEquals(
          all.candidates!.map(({ name, seconds, skipped, metrics }) => ({
            name,
            seconds,
            skipped,
            metrics,
          })),
          [
            { name: "ease", seconds: 2, skipped: undefined, metrics: { ndcg: 0.5 } },
            { name: "ials", seconds: undefined, skipped: "no time", metrics: {} },
          ],
        );
      }
      const copy = `${model}-elsewhere`;
      const read = (opened: typeof files) =>
        Object.fromEntries(
          Object.entries(opened).map(([path, open]) => [
            path,
            async () => await new Response((await open()).stream).bytes(),
          ]),
        );
      const again = await other.publish(
        { ...all, model: copy, files: read(files), pages: read(pages) },
        { version: "3", createdAt },
      );
      assertEquals([again.version, again.trainingId], ["3", "t-1"]);
      if (side === "folder") assertEquals(again.createdAt, createdAt);
      assertEquals((await other.versions(copy)).map((v) => v.version), ["3"]);
      const one = await other.exported(copy, "3");
      const paths = Object.keys({ ...original.files, ...original.pages }).sort();
      assertEquals(Object.keys({ ...one.files, ...one.pages }).sort(), paths);
      for (const [path, wanted] of Object.entries(original.files)) {
        const found = await new Response((await one.files[path]()).stream).bytes();
        assertEquals(found, wanted, path);
      }
      assertEquals(one.training.parameters, all.parameters);

      const number = { version: "2", createdAt };
      const late = () => other.publish({ ...training(copy, "t-2") }, number);
      await assertRejects(late, TypeError, "greater than all others");
      assertEquals((await other.versions(copy)).map((v) => v.version), ["3"]);
      assertEquals((await other.models()).includes(copy), true);
      assertEquals((await registry.models()).includes(copy), false);
      await assertRejects(() => registry.exported(model, "7"), RegistryMissingError);
      await assertRejects(() => registry.exported(copy, "3"), RegistryConflictError);
    },
  );
}
