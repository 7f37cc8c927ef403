import { assert, assertEquals, assertRejects } from "@std/assert";
import { ownModel, sharedMlflow } from "../../testing/runner/shared_mlflow.ts";
import { ignoreWithout, part } from "../../testing/runner/optional_parts.ts";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import {
  decodeManifest,
  encodeManifest,
  loadModel,
  loadRehearsal,
  loadUserRows,
  MANIFEST,
  MODEL,
} from "../../functions/recommender/model/artifact/artifact.ts";
import { checkGolden } from "../../functions/recommender/model/artifact/golden.ts";
import type { Model, UserTable } from "../../functions/recommender/model/model.ts";
import {
  GOLDEN_USERS,
  placeOf,
  REHEARSAL,
  STATE,
  USERS,
} from "../../functions/recommender/model/artifact/private_files.ts";
import {
  indexOfString,
  stringAt,
  stringCount,
  stringTable,
} from "../../functions/recommender/model/string_table.ts";
import { rowsOfUser } from "../../functions/recommender/model/user_rows.ts";
import { openUserSlices } from "../../functions/recommender/model/artifact/user_slices.ts";
import { folderRegistry } from "../../functions/recommender/registry/folder.ts";
import { mlflowRegistry } from "../../functions/recommender/registry/mlflow.ts";
import type { Registry } from "../../functions/recommender/registry/registry.ts";
import { artifactOf, chanceModel, type Files, writeFiles } from "../../testing/artifact.ts";
import { rehearsalOf } from "../../testing/models/rehearsal.ts";
import { redactVersion } from "./redact_version.ts";
import type { VersionAt } from "./version_at.ts";

/** Long enough not to occur by chance. */
const PERSON = "person-0123456789-abcdefghijklmnopqrstuv";
const OTHER = "other0-0123456789-abcdefghijklmnopqrstuv";

const folder = await Deno.makeTempDir({ prefix: "airec-redaction-" });

const sides: Record<string, { ignore: boolean; open: () => Promise<Registry> }> = {
  folder: {
    ignore: false,
    open: () => Promise.resolve(folderRegistry(diskBlobs(folder), { installation: "home" })),
  },
  mlflow: {
    ignore: ignoreWithout("mlflow"),
    async open() {
      return mlflowRegistry({ trackingUri: await sharedMlflow(), installation: "home" });
    },
  },
};

Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

/** Returns a random model in which some users have long ids. */
function modelOf(type: Parameters<typeof chanceModel>[0] = "COLLABORATIVE"): Model {
  const model = chanceModel(type, 5);
  const ids = Array.from({ length: 70 }, (_, u) => String(1000 - u));
  [ids[3], ids[40], ids[69]] = [PERSON, OTHER, "the last"];
  const rehearsal = rehearsalOf([PERSON, "997", OTHER], { liked: [3, 5, 7] });
  return { ...model, users: { ...model.users!, ids: stringTable(ids) }, rehearsal };
}

/** Publishes files as a version of a model of its own. */
async function published(registry: Registry, files: Files): Promise<VersionAt> {
  const model = ownModel();
  const { version } = await registry.publish({
    ...{ model, files, trainingId: crypto.randomUUID(), description: "", startedAt: new Date() },
    ...{ parameters: {}, metrics: {}, tags: {} },
  });
  return { registry, model, version };
}

async function readModel({ registry, model, version }: VersionAt): Promise<Model> {
  return await loadModel((path) => registry.read(model, version, path));
}

/** Returns all files of a version by path. */
async function filesOf({ registry, model, version }: VersionAt): Promise<Files> {
  const files: Files = {};
  for (const path of ["report.json", "run.json", "MLmodel", "input_example.json"]) {
    files[path] = await registry.read(model, version, path);
  }
  for (const folder of ["data", "code"]) {
    for (const path of await registry.files(model, version, folder)) {
      files[path] = await registry.read(model, version, path);
    }
  }
  return files;
}

/** Returns the history of each user: columns and values. */
function historiesOf({ ids, histories: { offsets, columns, values } }: UserTable) {
  return Object.fromEntries(
    Array.from({ length: stringCount(ids) }, (_, user) => {
      const range = [offsets[user], offsets[user + 1]];
      const had = [columns.slice(...range), values.slice(...range)];
      return [stringAt(ids, user), had.map((array) => [...array])];
    }),
  );
}

function holds(files: Files, text: string): string[] {
  const wanted = new TextDecoder("latin1").decode(new TextEncoder().encode(text));
  return Object.entries(files)
    .filter(([, bytes]) => new TextDecoder("latin1").decode(bytes).includes(wanted))
    .map(([path]) => path);
}

for (const [side, { ignore, open }] of Object.entries(sides)) {
  Deno.test({
    name:
      `redaction (${side}): a user is removed from each file, and the data of others is unchanged`,
    ignore,
    sanitizeOps: false, // the server is shared by the tests of this file
    sanitizeResources: false,
    async fn() {
      const registry = await open();
      const files = await artifactOf(modelOf());
      const rejection = { line: 7, reason: `the rating "${PERSON}" is not a number` };
      files["run.json"] = new TextEncoder().encode(
        JSON.stringify({ seconds: 3, receipts: { 1: { rows: 9, rejections: [rejection] } } }),
      );
      const at = await published(registry, files);
      const before = historiesOf((await readModel(at)).users!);
      assertEquals(holds(await filesOf(at), PERSON), [
        "run.json",
        GOLDEN_USERS,
        REHEARSAL,
        USERS,
      ]);

      assertEquals(await redactVersion(at, ["nobody", PERSON]), true);

      const after = await filesOf(at);
      assertEquals(holds(after, PERSON), []);
      const model = await readModel(at);
      const { [PERSON]: _, ...others } = before;
      assertEquals(historiesOf(model.users!), others);
      assertEquals(indexOfString(model.users!.ids, "the last"), 68);
      const { manifest } = model;
      const [users, state, golden] = [USERS, STATE, GOLDEN_USERS]
        .map((name) => placeOf(manifest, name)!);
      assertEquals(state, `data/state.${manifest.sha256[state]}.safetensors`);
      assertEquals(users, `data/users.${manifest.sha256[users]}.safetensors`);
      assertEquals(golden, `data/golden-users.${manifest.sha256[golden]}.json`);
      const data = Object.keys(after).filter((path) => path.startsWith("data/"));
      assertEquals(data.sort(), [...Object.keys(manifest.sha256), MANIFEST].sort());
      assertEquals(manifest.users, 70, "the training knew them");
      const rehearsal = await loadRehearsal(
        manifest,
        (path) => registry.read(at.model, at.version, path),
      );
      assertEquals(rehearsal, rehearsalOf(["997", OTHER], { liked: [5, 7] }));
      const answers = JSON.parse(new TextDecoder().decode(after[golden]));
      assert(answers.answers.length >= 60);
      assertEquals(checkGolden(model, answers), []);
      assertEquals(JSON.parse(new TextDecoder().decode(after["run.json"])).receipts[1].rejections, [
        { line: 7, reason: 'the rating "…" is not a number' },
      ]);
      for (const path of [MODEL, "data/golden.json", "report.json"]) {
        assertEquals(after[path], files[path]);
      }

      // A second user; then none of them is left, and nothing is written.
      assertEquals(await redactVersion(at, [PERSON, OTHER]), true);
      const last = await filesOf(at);
      assertEquals(holds(last, OTHER), []);
      assertEquals(await redactVersion(at, [PERSON, OTHER]), false);
      assertEquals(await filesOf(at), last);
      const slices = await openUserSlices((await readModel(at)).manifest, async (path, range) => {
        const { stream } = await registry.open(at.model, at.version, path, range);
        return await new Response(stream).bytes();
      });
      const stored = await loadUserRows(
        (await readModel(at)).manifest,
        (path) => registry.read(at.model, at.version, path),
      );
      assertEquals(rowsOfUser(stored!, 67), rowsOfUser(modelOf().userRows!, 69));
      const [had] = Object.values(historiesOf(await slices!.of(["the last"])));
      assertEquals(had, before["the last"]);
      assertEquals(await redactVersion({ ...at, version: "9" }, [PERSON]), false);
    },
  });
}

Deno.test({
  name: "Python reads a redacted version, also one whose reader is from before",
  ignore: ignoreWithout("mlflow") || ignoreWithout("python"),
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const registry = await sides.mlflow.open();
    // Numeric ids, as in a frame read from a CSV file.
    const today = await artifactOf(chanceModel("HYBRID", 5, { version: 2 }));
    // As in versions from before private files were renamed.
    const { private: _, ...manifest } = decodeManifest(today[MANIFEST]);
    const module = /loader_module: (\w+)/.exec(new TextDecoder().decode(today["MLmodel"]))![1];
    const { [`code/${module}.py`]: loader, ...others } = today;
    const text = new TextDecoder().decode(loader);
    const start = text.indexOf("        users = self.private_file");
    const older = text.slice(0, start) +
      `        if (folder / "users.safetensors").exists():
            arrays = read_safetensors(folder / "users.safetensors")
            self.users = Strings(arrays, "users.ids")
            self.histories = Rows(arrays, "users.histories")

    def predict` + text.slice(text.indexOf("    def predict") + "    def predict".length);
    assert(!older.includes("private"));
    const mlmodel = new TextDecoder().decode(today["MLmodel"]);
    const old: Files = {
      ...others,
      "MLmodel": new TextEncoder().encode(mlmodel.replace(module, "airec_pyfunc_0123")),
      "code/airec_pyfunc_0123.py": new TextEncoder().encode(older),
      [MANIFEST]: encodeManifest(manifest),
    };
    const pairs: string[] = [];
    for (const files of [today, old]) {
      const at = await published(registry, files);
      assertEquals(await redactVersion(at, ["997", "960"]), true);
      const copy = await writeFiles(await Deno.makeTempDir({ dir: folder }), await filesOf(at));
      pairs.push(`models:/${at.model}/${at.version}`, copy);
    }
    const { success, stdout, stderr } = await new Deno.Command(part("python")!, {
      args: [new URL("../publish/pyfunc/reproduce_golden.py", import.meta.url).pathname, ...pairs],
      env: { MLFLOW_TRACKING_URI: await sharedMlflow(), MLFLOW_DISABLE_TELEMETRY: "true" },
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    for (const { requests, equal, differs } of JSON.parse(new TextDecoder().decode(stdout))) {
      assertEquals([equal, differs], [requests, null]);
      assert(requests >= 110);
    }
  },
});

/** Runs a redaction in a process that kills itself before its write or removal number `k`. */
const KILLED = `
  import { diskBlobs } from "${import.meta.resolve("../../functions/recommender/blobs/disk.ts")}";
  import { folderRegistry } from "${
  import.meta.resolve("../../functions/recommender/registry/folder.ts")
}";
  import { redactVersion } from "${import.meta.resolve("./redact_version.ts")}";
  const [folder, model, person, k] = Deno.args;
  const registry = folderRegistry(diskBlobs(folder), { installation: "home" });
  let left = Number(k);
  const counted = (call) => (...asked) => {
    if (left-- === 0) Deno.kill(Deno.pid, "SIGKILL");
    return call(...asked);
  };
  const { write, swap, removeFile } = registry;
  Object.assign(registry, { write: counted(write), swap: counted(swap), removeFile: counted(removeFile) });
  await redactVersion({ registry, model, version: "1" }, [person]);
`;

Deno.test("a redaction that is killed between any two writes is read meanwhile, and finished by the next", async () => {
  const registry = await sides.folder.open();
  const original = await artifactOf(modelOf());
  for (let k = 0;; k++) {
    const at = await published(registry, original);
    const { code, signal } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--ext=ts", KILLED, folder, at.model, PERSON, String(k)],
    }).output();
    const between = await readModel(at);
    assertEquals(stringCount(between.users!.ids) >= 69, true);
    await redactVersion(at, [PERSON]);
    const files = await filesOf(at);
    assertEquals(holds(files, PERSON), [], `killed before write ${k}`);
    const { sha256 } = (await readModel(at)).manifest;
    const data = Object.keys(files).filter((path) => path.startsWith("data/"));
    assertEquals(data.sort(), [...Object.keys(sha256), MANIFEST].sort(), `left over at ${k}`);
    if (code === 0) {
      assertEquals(k, 9, "four files, the manifest, and four that go");
      break;
    }
    assertEquals(signal, "SIGKILL");
  }
});

Deno.test("two concurrent redactions of a version leave it valid, without the users of both", async () => {
  const registry = await sides.folder.open();
  const original = await artifactOf(modelOf());
  for (let i = 0; i < 5; i++) {
    const at = await published(registry, original);
    await Promise.all([[PERSON], [OTHER], [PERSON, OTHER]].map((who) => redactVersion(at, who)));
    assertEquals(stringCount((await readModel(at)).users!.ids), 68);
    const files = await filesOf(at);
    assertEquals([...holds(files, PERSON), ...holds(files, OTHER)], []);
  }
});

Deno.test("a damaged or missing private file is dropped from its version, which still serves", async () => {
  const registry = await sides.folder.open();
  for (const harm of ["damaged", "gone"]) {
    const at = await published(registry, await artifactOf(modelOf()));
    const bytes = await registry.read(at.model, at.version, USERS);
    bytes[20] ^= 1;
    if (harm === "damaged") await registry.write(at.model, at.version, USERS, bytes);
    else await registry.removeFile(at.model, at.version, USERS);
    assertEquals(await redactVersion(at, [PERSON]), true);
    assertEquals(holds(await filesOf(at), PERSON), []);
    assertEquals((await readModel(at)).users, undefined);
  }
});

Deno.test("a version with an unknown private file is not marked as redacted", async () => {
  const registry = await sides.folder.open();
  const files = await artifactOf(modelOf());
  const manifest = decodeManifest(files[MANIFEST]);
  manifest.private!["data/other.safetensors"] = "data/other.safetensors";
  const at = await published(registry, { ...files, [MANIFEST]: encodeManifest(manifest) });
  await assertRejects(
    () => redactVersion(at, [PERSON]),
    Error,
    "no redaction rule for the private file data/other.safetensors",
  );
});
