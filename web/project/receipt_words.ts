/** Texts of a file's receipt. */
import type { ProjectFile } from "../api/api.ts";
import { count, counted } from "../ui/words.ts";

/** Row counts of a receipt. */
export interface Counts {
  rows: number;
  used: number;
  rejected: number;
  duplicates: number;
  users: number;
  items: number;
  unknown_items: number;
}

type Kind = ProjectFile["file_type"];

export const text = {
  file: { CONTENT: "Items file", INTERACTION: "Interactions file" } satisfies Record<Kind, string>,
  title: { CONTENT: "Items", INTERACTION: "Interactions" } satisfies Record<Kind, string>,
  about: (name: string, bytes: string) => `${name}, ${bytes}`,
  awaited: "The rows are counted during training.",
  none: "The training ended before the rows were counted.",
  sentence(kind: Kind, counts: Counts): string {
    const { rows, used, rejected, duplicates, users, items, unknown_items } = counts;
    const all = rejected === 0 && used === rows;
    const first = all
      ? `All ${counted(rows, "row")} were used`
      : `${count(used)} of ${counted(rows, "row")} were used`;
    const held = kind === "CONTENT"
      ? counted(items, "item")
      : `${counted(users, "user")}, ${counted(items, "item")}`;
    const more = [
      duplicates > 0 &&
      (kind === "CONTENT"
        ? `${count(duplicates)} repeat an earlier item`
        : `${count(duplicates)} repeat a user and item`),
      unknown_items > 0 &&
      `${count(unknown_items)} refer to an item that is not in the items file`,
      rejected > 0 && `${count(rejected)} could not be used`,
    ].filter(Boolean);
    return `${first}: ${held}.${more.length > 0 ? ` Of the rows, ${more.join("; ")}.` : ""}`;
  },
  compare: {
    title: "Row counts before the upload and in training",
    what: "Count",
    forecast: "Before upload",
    trainer: "Training",
    before: (kind: Kind, { rows, users, items, rejected }: Counts) =>
      [
        `Before the upload: ${counted(rows, "row")}`,
        ...(kind === "CONTENT" ? [] : [counted(users, "user")]),
        counted(items, "item"),
      ].join(", ") + `; ${count(rejected)} rejected.`,
    same: "The training counted the same rows as the check before the upload",
    other: (n: number) =>
      `${counted(n, "count")} of the check before the upload ${n === 1 ? "differs" : "differ"} ` +
      "from the training, whose counts apply",
    estimated: "estimated",
    rows: {
      rows: "Rows",
      used: "Used",
      rejected: "Rejected",
      duplicates: "Duplicates",
      users: "Users",
      items: "Items",
      unknown_items: "Unknown items",
    } satisfies Record<keyof Counts, string>,
  },
  rejections: {
    title: "Rejected rows and their reasons",
    rows: "Rejected rows",
    line: "Line",
    reason: "Reason",
    first: (shown: number, all: number) => `The first ${count(shown)} of ${count(all)}.`,
  },
  columns: "Columns",
};
