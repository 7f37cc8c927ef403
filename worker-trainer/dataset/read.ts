import type {
  ContentMapping,
  InteractionMapping,
} from "../../functions/recommender/csv/mapping.ts";
import type { Receipt } from "../../functions/recommender/csv/receipt.ts";
import {
  contentRows,
  featureColumns,
  interactionRows,
} from "../../functions/recommender/csv/rows.ts";
import type { Catalogue, Dataset, FeatureColumn } from "./dataset.ts";
import { fingerprint } from "./fingerprint.ts";
import { type InteractionColumns, InteractionTable } from "./interaction_table.ts";
import { joinRepeats, type Rows } from "./join_repeats.ts";
import { type DataFile, readRows } from "./open_rows.ts";
import { UnusableDataError } from "./receipt.ts";

export interface ReadOptions {
  /** What a row of an event type weighs, above 0; types are in lower case. Others weigh 1. */
  eventWeights?: Readonly<Record<string, number>>;
  /** Threads of DuckDB; the data are the same with any. */
  threads?: number;
  /** Memory of DuckDB before it spills to disk, such as `1GB`. */
  memoryLimit?: string;
  /** Folder for the temporary files, the system's where absent. */
  tempFolder?: string;
}

/** A purchase says more than a look. */
export const defaultEventWeights: Readonly<Record<string, number>> = {
  view: 1,
  click: 1,
  like: 3,
  cart: 3,
  addtocart: 3,
  add_to_cart: 3,
  "add to cart": 3,
  buy: 5,
  purchase: 5,
  order: 5,
  transaction: 5,
};

/**
 * Reads CSV files, of which the content files come first whatever their place in the list, into a
 * dense dataset, with a receipt a file in the order given. The rows of 5 million interactions are
 * never objects at one time. Temporary files are removed.
 * @throws {UnusableDataError} where a file has nothing that can be used
 */
export async function readDataset(
  files: readonly DataFile[],
  options: ReadOptions = {},
): Promise<{ dataset: Dataset; receipts: Receipt[] }> {
  const content = files.filter((file) => file.kind === "CONTENT");
  const events = files.filter((file) => file.kind === "INTERACTION");
  if (files.length === 0) throw new UnusableDataError("There is no file; at least one is needed.");
  const items: Required<Catalogue> = {
    ids: [],
    titles: [],
    described: 0,
    features: [],
    columns: [],
  };
  const placeOf = new Map<string, number>();
  const receipts = new Map<DataFile, Receipt>();
  for (const file of content) receipts.set(file, await readContent(file, items, placeOf));
  items.described = items.ids.length;
  const folder = await Deno.makeTempDir({ dir: options.tempFolder, prefix: "airec_dataset_" });
  const table = new InteractionTable(folder);
  try {
    const starts = [0];
    for (const file of events) {
      const rule = (c: readonly string[]) => interactionRows(file.mapping as InteractionMapping, c);
      receipts.set(file, await readRows(file, rule, (rows) => table.add(rows)));
      starts.push(table.rows);
    }
    const columns = await table.dense(options);
    const rows = weigh(columns, placeItems(columns.items, items, placeOf), options.eventWeights);
    const size = { users: columns.users.length, items: items.ids.length };
    events.forEach((file, i) => {
      const range = { start: starts[i], end: starts[i + 1], described: items.described, ...size };
      Object.assign(receipts.get(file)!, countRows(rows, range));
    });
    const data = { items, users: columns.users, interactions: joinRepeats(rows, size) };
    const dataset = { ...data, fingerprint: fingerprint(data) };
    return { dataset, receipts: files.map((file) => receipts.get(file)!) };
  } finally {
    table.close();
    await Deno.remove(folder, { recursive: true });
  }
}

async function readContent(
  file: DataFile,
  items: Required<Catalogue>,
  placeOf: Map<string, number>,
): Promise<Receipt> {
  const mapping = file.mapping as ContentMapping;
  let own: { column: FeatureColumn; place: number }[] = [];
  const rule = (names: readonly string[]) => {
    own = names.map((name, place) => ({ name, place })).filter(({ name }) => kept(name, mapping))
      .map(({ name, place }) => ({ column: columnNamed(name, items), place }));
    for (const name of featureColumns(mapping)) {
      const feature = columnNamed(name, items);
      if (!items.features.includes(feature)) items.features.push(feature);
    }
    return contentRows(mapping, names);
  };
  const receipt = await readRows(file, rule, (rows, so) => {
    for (const row of rows) {
      if (placeOf.has(row.id)) {
        so.duplicates++;
        so.used--;
        continue;
      }
      placeOf.set(row.id, items.ids.length);
      items.ids.push(row.id);
      items.titles.push(row.title);
      for (const { column, place } of own) column.values.push(row.cells[place]);
      for (const other of items.columns) {
        if (other.values.length < items.ids.length) other.values.push("");
      }
    }
  });
  return { ...receipt, items: receipt.used };
}

/** Every column says something of the items but their ids, unless these are used as a feature. */
function kept(name: string, mapping: ContentMapping): boolean {
  return name !== mapping.item_id || featureColumns(mapping).includes(name);
}

/** The column of a name, which several files may share; a new one is empty so far. */
function columnNamed(name: string, { ids, columns }: Required<Catalogue>): FeatureColumn {
  const known = columns.find((column) => column.name === name);
  if (known) return known;
  const added = { name, values: ids.map(() => "") };
  columns.push(added);
  return added;
}

/**
 * The place of each item that interactions name, new ones appended: by id, or by title, where the
 * first item of the content file that bears it is meant.
 */
function placeItems(
  named: InteractionColumns["items"],
  items: Required<Catalogue>,
  placeOf: Map<string, number>,
): Uint32Array {
  const byTitle = new Map<string, number>();
  for (let i = items.described - 1; i >= 0; i--) byTitle.set(items.titles[i], i);
  return Uint32Array.from(named, ({ id, title }) => {
    const known = id === "" ? byTitle.get(title) ?? placeOf.get(title) : placeOf.get(id);
    if (known !== undefined) return known;
    const place = items.ids.length;
    placeOf.set(id || title, place);
    items.ids.push(id || title);
    items.titles.push(title || id);
    for (const column of items.columns) column.values.push("");
    return place;
  });
}

function weigh(
  columns: InteractionColumns,
  places: Uint32Array,
  eventWeights: Readonly<Record<string, number>> = defaultEventWeights,
): Rows {
  const known = new Map(Object.entries(eventWeights));
  const weights = columns.events.map((event) => known.get(event) ?? 1);
  const wrong = [...known].find(([, weight]) => !(weight > 0 && Number.isFinite(weight)));
  if (wrong) {
    throw new RangeError(`The event "${wrong[0]}" must weigh more than 0, not ${wrong[1]}.`);
  }
  return {
    user: columns.user,
    item: columns.item.map((named) => places[named]),
    rating: columns.rating,
    time: columns.time,
    weight: Float32Array.from(columns.event, (event) => weights[event]),
  };
}

/** Distinct users and items, repeats and unknown items of one file's rows. */
function countRows(
  rows: Rows,
  range: { start: number; end: number; users: number; items: number; described: number },
): Pick<Receipt, "users" | "items" | "duplicates" | "unknown_items"> {
  const user = rows.user.subarray(range.start, range.end);
  const item = rows.item.subarray(range.start, range.end);
  // A user and an item are one number, exact below 2^53; sorted, repeats stand side by side.
  const pairs = Float64Array.from(user, (u, i) => u * range.items + item[i]).sort();
  let duplicates = 0;
  for (let i = 1; i < pairs.length; i++) if (pairs[i] === pairs[i - 1]) duplicates++;
  let unknown_items = 0;
  if (range.described > 0) { for (const i of item) if (i >= range.described) unknown_items++; }
  return {
    users: distinct(user, range.users),
    items: distinct(item, range.items),
    duplicates,
    unknown_items,
  };
}

function distinct(indices: Uint32Array, size: number): number {
  const seen = new Uint8Array(size);
  for (const index of indices) seen[index] = 1;
  return seen.reduce((sum, one) => sum + one, 0);
}
