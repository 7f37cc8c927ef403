import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  encodeModel,
  loadModel,
  MANIFEST,
  MODEL,
  modelBytes,
  sha256Hex,
  USERS,
} from "./artifact.ts";
import type { Model } from "../model.ts";
import { stringTable } from "../string_table.ts";

const model: Model = {
  manifest: {
    format: "airec-model",
    format_version: 1,
    model_type: "HYBRID",
    algorithm: "ease",
    parameters: { lambda: 500 },
    gamma: 0.5,
    dataset_fingerprint: "abc",
    items: 2,
    users: 1,
    interactions: 2,
    columns: [
      { name: "year", kind: "number" },
      { name: "price", kind: "number" },
      { name: "genre/é", kind: "list" },
    ],
    unfilterable: [{ name: "plot", reason: "It is too long." }],
    sha256: {},
  },
  items: {
    ids: stringTable(["00123", "7"]),
    titles: stringTable(["Heat (1995)", "Amélie"]),
    popularity: Uint32Array.of(3, 5),
    popularOrder: Uint32Array.of(1, 0),
  },
  weights: {
    offsets: Uint32Array.of(0, 1, 2),
    columns: Uint32Array.of(1, 0),
    values: Float32Array.of(0.1, -0.2),
  },
  similar: {
    offsets: Uint32Array.of(0, 1, 1),
    columns: Uint32Array.of(1),
    values: Float32Array.of(0.9),
  },
  columns: [
    { name: "year", kind: "number", values: Float32Array.of(1995, NaN) },
    { name: "price", kind: "number", values: Float64Array.of(0.1, 1e9 + 0.5) },
    {
      name: "genre/é",
      kind: "list",
      terms: stringTable(["Drama", "Crime"]),
      offsets: Uint32Array.of(0, 2, 3),
      codes: Uint16Array.of(0, 1, 1),
    },
  ],
  users: {
    ids: stringTable(["ann"]),
    histories: {
      offsets: Uint32Array.of(0, 2),
      columns: Uint32Array.of(1, 0),
      values: Float32Array.of(1, 2),
    },
  },
};

type Files = Record<string, Uint8Array>;
const from = (files: Files) => (path: string) =>
  path in files ? Promise.resolve(files[path]) : Promise.reject(new Error(`no ${path}`));

Deno.test("a model is read back from its files unchanged, except for the hashes in its manifest", async () => {
  const files = await encodeModel(model);
  const read = await loadModel(from(files));
  const { blocks, private: named, ...manifest } = read.manifest;
  assertEquals({ ...read, manifest: { ...manifest, sha256: {} } }, model);
  assertEquals(named, { [USERS]: USERS });
  assertEquals(blocks![USERS].sha256, [read.manifest.sha256[USERS]]);
  assertEquals(read.manifest.sha256, {
    [MODEL]: await sha256Hex(files[MODEL]),
    [USERS]: await sha256Hex(files[USERS]),
  });
});

Deno.test("the same model is encoded to the same bytes", async () => {
  assertEquals(await encodeModel(model), await encodeModel(structuredClone(model)));
});

Deno.test("the public part can be read without the private file", async () => {
  const { [USERS]: _, ...files } = await encodeModel(model);
  assertEquals((await loadModel(from(files), "public")).users, undefined);
  await assertRejects(() => loadModel(from(files)), Error, `no ${USERS}`);
});

Deno.test("the public file has no trace of a user", async () => {
  const files = await encodeModel(model);
  assert(!new TextDecoder("latin1").decode(files[MODEL]).includes("ann"));
  assert(new TextDecoder("latin1").decode(files[USERS]).includes("ann"));
});

Deno.test("absent parts of a model are not in its files", async () => {
  const { columns: _, ...manifest } = model.manifest;
  const bare = { similar: undefined, users: undefined, columns: undefined };
  const files = await encodeModel({ ...model, manifest, ...bare });
  assertEquals(Object.keys(files).sort(), [MANIFEST, MODEL]);
  const { similar, users, columns } = await loadModel(from(files));
  assertEquals({ similar, users, columns }, bare);
});

Deno.test("a file with a flipped bit or truncated is rejected by name", async () => {
  for (const path of [MODEL, USERS]) {
    const files = await encodeModel(model);
    files[path][files[path].length - 1] ^= 1;
    await assertRejects(() => loadModel(from(files)), Error, `${path} does not match`);
    files[path] = files[path].slice(0, 40);
    await assertRejects(() => loadModel(from(files)), Error, `${path} does not match`);
  }
});

Deno.test("an artifact of another version or kind is refused", async () => {
  const files = await encodeModel(model);
  for (const change of [{ format_version: 4 }, { format: "other" }]) {
    const manifest = JSON.stringify({ ...model.manifest, ...change });
    await assertRejects(
      () => loadModel(from({ ...files, [MANIFEST]: new TextEncoder().encode(manifest) })),
      Error,
      "reads versions 1 to 3 of airec-model",
    );
  }
});

Deno.test("version 2 marks histories with rejections, and both versions are read", async () => {
  const versionOf = async (values: number[]) => {
    const users = model.users!;
    const histories = { ...users.histories, values: Float32Array.from(values) };
    const files = await encodeModel({ ...model, users: { ...users, histories } });
    const read = await loadModel(from(files));
    assertEquals([...read.users!.histories.values], values);
    return read.manifest.format_version;
  };
  assertEquals([await versionOf([1, 0]), await versionOf([1, -1])], [1, 2]);
});

Deno.test("a model's bytes are those of its arrays", async () => {
  const files = await encodeModel(model);
  const { manifest: _, ...read } = await loadModel(from(files));
  let bytes = 0;
  JSON.stringify(read, (_key, value) => {
    if (!ArrayBuffer.isView(value)) return value;
    bytes += value.byteLength;
  });
  assertEquals(modelBytes(model), bytes);
});
