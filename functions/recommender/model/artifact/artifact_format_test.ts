/** Checks that docs/artifact.md documents the output of encodeModel, array by array. */
import { assertEquals } from "@std/assert";
import { decodeManifest, encodeModel, MANIFEST, MODEL, STATE, USERS } from "./artifact.ts";
import { exampleModel } from "../../../../testing/example_model.ts";
import type { Model } from "../model.ts";
import { decodeSafetensors, type Tensor } from "./safetensors.ts";
import { stringTable } from "../string_table.ts";

const page = await Deno.readTextFile(new URL("../../../../docs/artifact.md", import.meta.url));

/** Returns a model with every optional part. */
function fullModel(): Model {
  const model = exampleModel("HYBRID");
  const terms = {
    terms: stringTable(["Crime", "Drama"]),
    offsets: Uint32Array.of(0, 1, 2, 2, 2, 3),
    codes: Uint16Array.of(1, 0, 1),
  };
  return {
    ...model,
    manifest: {
      ...model.manifest,
      liking: { rule: "above_zero" },
      reading: { liking: { rule: "above_zero" }, signal: "liked", event_weights: {} },
      learned_to: 7,
      learned_items: 3,
      unfilterable: [{ name: "plot", reason: "Too many texts." }],
    },
    items: { ...model.items, firstSeen: new Float64Array(5) },
    similar: model.weights,
    userRows: {
      offsets: Uint32Array.of(0, 2, 3, 4),
      items: Uint32Array.of(0, 1, 2, 2),
      weights: new Float32Array(4),
      ratings: new Float32Array(4),
      times: new Float64Array(4),
    },
    columns: [
      { name: "year", kind: "number", values: new Float32Array(5) },
      { name: "added", kind: "date", values: new Float64Array(5) },
      { name: "mood", kind: "text", ...terms },
      { name: "genres", kind: "list", ...terms },
    ],
  };
}

/** Returns the rows of the first table after a heading, as cells. */
function tableAfter(heading: string): string[][] {
  const section = page.split(`\n${heading}\n`)[1].split(/\n#+ /)[0];
  return section.split("\n").filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim().replaceAll("`", "")));
}

const TYPES: [string, { new (): Tensor }][] = [
  ["U8", Uint8Array],
  ["U16", Uint16Array],
  ["U32", Uint32Array],
  ["F32", Float32Array],
  ["F64", Float64Array],
];

/** Returns the documented types and length of each array. */
function documented(heading: string): Record<string, { types: string[]; length: string }> {
  return Object.fromEntries(
    tableAfter(heading).map((
      [name, types, length],
    ) => [name, { types: types.split(" or "), length }]),
  );
}

for (
  const [heading, path] of [
    ["### model.safetensors", MODEL],
    ["### users.safetensors", USERS],
    ["### state.safetensors", STATE],
  ]
) {
  Deno.test(`the page names every array of ${path}, with its types and length`, async () => {
    const arrays = decodeSafetensors((await encodeModel(fullModel()))[path]);
    const rows = documented(heading);
    const met = new Map<string, Set<string>>();
    for (const [name, array] of Object.entries(arrays)) {
      const row = name.replace(/^columns\.\d+/, "columns.N");
      const type = TYPES.find(([, Type]) => array instanceof Type)![0];
      met.set(row, (met.get(row) ?? new Set()).add(type));
      assertEquals(array.length, lengthOf(rows[row]?.length, name, arrays), name);
    }
    const types = Object.fromEntries([...met].map(([name, types]) => [name, [...types].sort()]));
    assertEquals(
      types,
      Object.fromEntries(Object.entries(rows).map(([name, { types }]) => [name, types])),
    );
  });
}

/** Returns the length in elements that the documentation states for an array. */
function lengthOf(claim: string, name: string, arrays: Record<string, Tensor>): number | undefined {
  const offsets = arrays[name.replace(/\.\w+$/, ".offsets")];
  const lengths: Record<string, number | undefined> = {
    "items": 5,
    "items + 1": 6,
    "users": 3,
    "users + 1": 4,
    "terms": 2,
    "terms + 1": 3,
    "bytes": offsets?.at(-1),
    "rows": offsets?.at(-1),
    "entries": offsets?.at(-1),
  };
  return lengths[claim];
}

Deno.test("the page names every field of the manifest", async () => {
  const files = await encodeModel(fullModel());
  const manifest = JSON.parse(new TextDecoder().decode(files[MANIFEST]));
  const fields = tableAfter("## manifest.json").map(([name]) => name);
  assertEquals(fields.toSorted(), Object.keys(manifest).sort());
});

Deno.test("the page names the version that is written", async () => {
  const row = tableAfter("## manifest.json").find(([name]) => name === "format_version")!;
  const { format_version } = decodeManifest((await encodeModel(fullModel()))[MANIFEST]);
  assertEquals(Number.parseInt(row[1]), format_version);
});
