/** A version of a model, as far as the rows of new items need it. */
import {
  decodeManifest,
  FEATURES,
  loadModel,
  MANIFEST,
  MODEL,
} from "../../functions/recommender/model/artifact/artifact.ts";
import { safetensorsLayout } from "../../functions/recommender/model/artifact/safetensors.ts";
import type { StringTable } from "../../functions/recommender/model/string_table.ts";
import type { Registry } from "../../functions/recommender/registry/registry.ts";
import { furtherItemRows, type FurtherRow } from "../algorithms/further_items.ts";
import { decodeFeatures, type ModelContent } from "../content/features_file.ts";
import type { ItemText } from "../content/term_weights.ts";
import { type CellForms, cellText } from "../dataset/cell_text.ts";
import type { LiveItem } from "../dataset/live_items_file.ts";
import { memoryOfMachine } from "../runtime/machine_memory.ts";

/** A version in its registry. */
interface VersionAt {
  registry: Pick<Registry, "read" | "open">;
  model: string;
  version: string;
}

/**
 * Reads the ids of the items that a version was trained on, without the rest of the model.
 * @throws the registry's error.
 */
export async function readItemIds({ registry, model, version }: VersionAt): Promise<StringTable> {
  const read = async (start: number, end: number) =>
    await new Response((await registry.open(model, version, MODEL, { start, end })).stream).bytes();
  const length = new DataView((await read(0, 8)).buffer).getBigUint64(0, true);
  const layout = safetensorsLayout(await read(0, 8 + Number(length)));
  const [bytes, offsets, order] = await Promise.all(
    ["bytes", "offsets", "order"].map((name) => read(...layout[`items.ids.${name}`])),
  );
  return {
    bytes,
    offsets: new Uint32Array(offsets.buffer),
    order: new Uint32Array(order.buffer),
  };
}

/** Returns the rows of new items, in their order. */
export type RowsOfItems = (items: readonly LiveItem[]) => FurtherRow[];

/** Returns empty rows: the items are known, and recommended from the next training on. */
export const noRows: RowsOfItems = (items) =>
  items.map(() => ({ items: new Uint32Array(), weights: new Float32Array() }));

/** Share of the machine's memory that the files of a version may take: using them takes more. */
const SHARE = 1 / 16;

/**
 * Loads a version to compute the rows of new items, which are empty if it has no texts; null if its
 * files take more than `mostBytes`.
 * @throws the registry's error, FileMismatchError if a file is damaged.
 */
export async function openRowsOfItems(
  { registry, model: name, version }: VersionAt,
  { mostBytes = SHARE * memoryOfMachine() }: { mostBytes?: number } = {},
): Promise<RowsOfItems | null> {
  const read = (path: string) => registry.read(name, version, path);
  const { sha256 } = decodeManifest(await read(MANIFEST));
  if (!(FEATURES in sha256)) return noRows;
  let bytes = 0;
  for (const path of [MODEL, FEATURES]) {
    const file = await registry.open(name, version, path, { start: 0, end: 0 });
    await file.stream.cancel();
    bytes += file.bytes;
  }
  if (bytes > mostBytes) return null;
  const model = await loadModel(read, "public");
  const content = decodeFeatures(await read(FEATURES));
  const rows = furtherItemRows(model, content);
  const forms = cellForms(content);
  return (items) => rows(items.map((item) => itemText(item, forms)));
}

/** Returns the formats of the columns that are compared. */
function cellForms({ comparison: { fields } }: ModelContent): Map<string, CellForms> {
  return new Map(fields.flatMap(({ form }) => form.columns.map((name) => [name, form])));
}

function itemText(
  { item_id: id, item_title, cells }: LiveItem,
  forms: ReadonlyMap<string, CellForms>,
): ItemText {
  const texts = new Map<string, string>();
  for (const [name, cell] of Object.entries(cells)) {
    const form = forms.get(name);
    if (form) texts.set(name, cellText(cell, form));
  }
  return { id, title: item_title ?? id, cells: texts };
}
