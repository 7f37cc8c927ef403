import {
  type ColumnChoices,
  isDecimalComma,
} from "../../functions/recommender/files/columns/decimal_comma.ts";
import type {
  ContentMapping,
  FileKind,
  InteractionMapping,
} from "../../functions/recommender/files/mapping.ts";
import type {
  ColumnForms,
  IdSpellings,
} from "../../functions/recommender/files/columns/column_forms.ts";
import { IdSpellingEvidence } from "../../functions/recommender/files/values/float_ids.ts";
import { IdEvidence } from "../../functions/recommender/files/columns/item_ids.ts";
import { ratingKind } from "../../functions/recommender/files/columns/rating_kind.ts";
import { PaddedIds } from "../../functions/recommender/files/columns/padded_ids.ts";
import { note, noteOneUser, type Receipt } from "../../functions/recommender/files/rows/receipt.ts";
import {
  type ContentRow,
  contentRows,
  featureColumns,
  type InteractionRow,
  interactionRows,
} from "../../functions/recommender/files/rows/rows.ts";
import type { Dataset } from "./dataset.ts";
import type { EventCount } from "../../functions/recommender/report/report.ts";
import { fingerprint } from "./fingerprint.ts";
import { InteractionTable } from "./interaction_table.ts";
import { ItemTable } from "./item_table.ts";
import { joinRepeats, orderByUser, orderHistories, type Rows } from "./join_repeats.ts";
import { type MergedVisitor, readLiveEvents } from "./read_live_events.ts";
import { changeItems, readLiveItems } from "./read_live_items.ts";
import { decideLiking, weighByRatings } from "./liking.ts";
import { type DataFile, OtherForms, readRows } from "./open_rows.ts";
import { UnusableDataError } from "./receipt.ts";
import { rowsOf } from "./rows_of.ts";
import { userRows, weightsByUser } from "./user_rows.ts";

export interface ReadOptions {
  /** The owner's weights by event in lower case, which override the defaults. */
  eventWeights?: Readonly<Record<string, number>>;
  /** Lowest rating that counts as liked; determined from the values if absent. */
  likedFrom?: number;
  /** User ids whose rows are skipped. */
  erased?: readonly string[];
  /** Visitors whose live events belong to a user since they signed in. */
  merged?: readonly MergedVisitor[];
}

/** A dataset and what its files were. */
export interface ReadFiles {
  dataset: Dataset;
  /** By file, in the order given. */
  receipts: Receipt[];
  /** The event words of all rows. */
  events: EventCount[];
}

/**
 * Reads CSV files into a dataset, content files first, and returns it with a receipt for each file
 * in the order given. Rows are streamed: 5 million interactions are never held as objects.
 * @throws {UnusableDataError} if a file contains nothing usable
 */
export async function readDataset(
  files: readonly DataFile[],
  options: ReadOptions = {},
): Promise<ReadFiles> {
  const forms = new Map<DataFile, ColumnForms>();
  const ids = new ProjectIds();
  for (;;) {
    const spelling = ids.decide();
    const isKnown = () => JSON.stringify(ids.decide()) === JSON.stringify(spelling);
    try {
      const read = await readBy(files, { ...options, forms, ids, spelling });
      if (isKnown()) return read;
    } catch (error) {
      // Tables of the previous attempt are discarded as a whole.
      if (!(error instanceof OtherForms)) throw error;
      if (isKnown()) forms.set(error.file, error.forms);
    }
    // Ids in another spelling may match the items otherwise.
    if (!isKnown()) forms.clear();
  }
}

/** Results of earlier attempts to read the files, and the evidence of this one. */
interface KnownForms {
  forms: ReadonlyMap<DataFile, ColumnForms>;
  ids: ProjectIds;
  spelling: Record<FileKind, IdSpellings>;
}

/** Collects evidence for the spelling of ids over all files of a kind. */
class ProjectIds {
  readonly CONTENT = { user: new IdSpellingEvidence(), item: new IdSpellingEvidence() };
  readonly INTERACTION = { user: new IdSpellingEvidence(), item: new IdSpellingEvidence() };

  decide(): Record<FileKind, IdSpellings> {
    const decided = ({ user, item }: ProjectIds[FileKind]) => ({
      user: user.decide(),
      item: item.decide(),
    });
    return { CONTENT: decided(this.CONTENT), INTERACTION: decided(this.INTERACTION) };
  }
}

async function readBy(
  files: readonly DataFile[],
  { eventWeights, likedFrom, erased = [], merged = [], ...known }: ReadOptions & KnownForms,
): Promise<ReadFiles> {
  if (files.length === 0) {
    throw new UnusableDataError("The project has no file; at least one is needed.");
  }
  const content = files.filter((file) => file.kind === "CONTENT" && !file.isLive);
  // Live events come last, as in serving: which items are known is what the other files say.
  const events = files.filter((file) => file.kind === "INTERACTION")
    .sort((a, b) => Number(a.isLive ?? false) - Number(b.isLive ?? false));
  const receipts = new Map<DataFile, Receipt>();
  const itemTable = new ItemTable();
  for (const file of content) {
    receipts.set(file, await readContent(file, { items: itemTable, ...known }));
  }
  const live = await readLiveItems(
    files.filter(({ kind, isLive }) => kind === "CONTENT" && isLive),
  );
  for (const [file, receipt] of live.receipts) receipts.set(file, receipt);
  if (live.deleted.size > 0) itemTable.delete(live.deleted);
  const change = () =>
    changeItems(itemTable, live.changed, content.flatMap(({ mapping }) => titleOf(mapping)));
  if (content.length > 0) change();
  const table = new InteractionTable(itemTable, eventWeights);
  const starts = [0];
  for (const file of events) {
    receipts.set(
      file,
      file.isLive
        ? await readLiveEvents(file, { table, erased, merged })
        : await readInteractions(file, { table, erased, ...known }),
    );
    starts.push(table.size);
  }
  if (events.length > 0 && table.size === 0) {
    throw new UnusableDataError(
      "A training needs interactions, but all interactions are of erased users: add " +
        "some of other users, then train again.",
    );
  }
  const { users, rows } = table.dense();
  // Without a content file, items are those of the interactions.
  if (content.length === 0) change();
  const items = itemTable.catalogue();
  const size = { users: users.length, items: items.ids.length };
  events.forEach((file, i) => {
    const range = { start: starts[i], end: starts[i + 1], described: items.described, ...size };
    Object.assign(receipts.get(file)!, countRows(rows, range));
  });
  const last = events.at(-1);
  if (last) {
    note(receipts.get(last)!, [
      ...paddedNotes("user", users),
      // Next to an items file, its ids decide.
      ...(content.length > 0 ? [] : paddedNotes("item", items.ids)),
    ]);
  }
  for (const file of events) if (!file.isLive) noteOneUser(receipts.get(file)!);
  const kind = ratingKind(events.flatMap(({ mapping }) => ratingOf(mapping)));
  const decided = decideLiking(rows, { from: likedFrom, kind });
  const histories = orderHistories(rows, users.length);
  const weights = weightsByUser(rows, histories);
  const liking = weighByRatings(rows, decided, histories);
  const interactions = joinRepeats(rows, histories, size);
  const data = { items, users, interactions, liking };
  const dataset = {
    ...data,
    rows: userRows(rows, histories, { weights, interactions }),
    eventWeights: table.events.weights(),
    fingerprint: fingerprint(data),
  };
  return {
    dataset,
    receipts: files.map((file) => receipts.get(file)!),
    events: table.events.counts(),
  };
}

/** Returns a note if some ids differ only by zeros at the beginning. */
function paddedNotes(who: "user" | "item", ids: readonly string[]): string[] {
  const padded = new PaddedIds();
  for (const id of ids) padded.add(id);
  let all: ReadonlySet<string> | undefined;
  return padded.notes(who, (id) => (all ??= new Set(ids)).has(id));
}

async function readContent(
  file: DataFile,
  { items, forms, ids, spelling }: KnownForms & { items: ItemTable },
): Promise<Receipt> {
  const mapping = file.mapping as ContentMapping;
  const receipt = await readRows<ContentRow>(file, ({ columns: names, forms: found, evidence }) => {
    evidence.spelling = ids.CONTENT;
    const own = names.map((name, place) => ({ name, place }))
      .filter(({ name }) => kept(name, mapping))
      .map(({ name, place }) => ({ column: items.column(name, choicesOf(name, file)), place }));
    for (const name of featureColumns(mapping)) items.feature(name);
    return {
      parse: contentRows(mapping, names, found),
      use(row, receipt) {
        if (items.describe(row, own)) return;
        receipt.duplicates++;
        receipt.used--;
      },
    };
  }, { forms: forms.get(file), spelling: spelling.CONTENT });
  return { ...receipt, items: receipt.used };
}

/** Returns the name of the title column, if one is mapped. */
function titleOf({ item_title }: DataFile["mapping"]): string[] {
  return item_title ? [item_title] : [];
}

/** Returns the name of the rating column, if one is mapped. */
function ratingOf(mapping: DataFile["mapping"]): string[] {
  const { rating } = mapping as InteractionMapping;
  return rating ? [rating] : [];
}

/** Returns the choices of a mapping and of the file for a column, if there are any. */
function choicesOf(column: string, { mapping, dialect }: DataFile): ColumnChoices | undefined {
  const { decimal_sign, date_order } = mapping;
  const isComma = isDecimalComma(column, dialect);
  if (!decimal_sign && !date_order && !isComma) return undefined;
  return {
    ...(decimal_sign && { decimal_sign }),
    ...(date_order && { date_order }),
    ...(isComma && { isDecimalComma: true }),
  };
}

/** Returns whether a column is kept: all except the ids, unless used as a feature. */
function kept(name: string, mapping: ContentMapping): boolean {
  return name !== mapping.item_id || featureColumns(mapping).includes(name);
}

function readInteractions(
  file: DataFile,
  { table, erased, forms, ids, spelling }:
    & KnownForms
    & { table: InteractionTable; erased: readonly string[] },
): Promise<Receipt> {
  const mapping = file.mapping as InteractionMapping;
  const known = forms.get(file);
  const { items } = table;
  return readRows<InteractionRow>(file, ({ columns, forms, evidence }) => {
    evidence.spelling = ids.INTERACTION;
    if (!known && items.ids.size > 0) evidence.ids = new IdEvidence(items.ids);
    const rule = forms.ids?.rule;
    return {
      // The fast path only takes lines of known users, so it never takes those of an erased user.
      ...(erased.length > 0 && { skip: rowsOf(erased, columns.indexOf(mapping.user_id)) }),
      parse: interactionRows(mapping, columns, forms),
      use(row) {
        if (row.item !== "") evidence.ids?.add(row.item, row.user);
        const meant = rule && row.item !== "" ? items.ids.meant(row.item, rule) : undefined;
        table.add(meant === undefined ? row : { ...row, item: meant });
      },
      take: table.adder(columns, { mapping, dialect: file.dialect, forms, evidence }),
    };
  }, { forms: known, spelling: spelling.INTERACTION });
}

/** Returns the counts of distinct users and items, repeats and unknown items in one file's rows. */
function countRows(
  rows: Rows,
  range: { start: number; end: number; users: number; items: number; described: number },
): Pick<Receipt, "users" | "items" | "duplicates" | "unknown_items"> {
  const item = rows.item.subarray(range.start, range.end);
  const byUser = orderByUser(rows.user.subarray(range.start, range.end), range.users);
  const counts = { users: 0, items: 0, duplicates: 0, unknown_items: 0 };
  // The last user of each item, from 1; 0 for none.
  const hadBy = new Uint32Array(range.items);
  for (let u = 0; u < range.users; u++) {
    const own = byUser.order.subarray(byUser.offsets[u], byUser.offsets[u + 1]);
    if (own.length > 0) counts.users++;
    for (const row of own) {
      const i = item[row];
      if (range.described > 0 && i >= range.described) counts.unknown_items++;
      if (hadBy[i] === 0) counts.items++;
      if (hadBy[i] === u + 1) counts.duplicates++;
      hadBy[i] = u + 1;
    }
  }
  return counts;
}
