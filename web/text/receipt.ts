/** Texts of a file's receipt. */
import type { ProjectFile } from "../api.ts";
import { count, counted } from "../words.ts";

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
  awaited: "The rows are counted when the training reads them.",
  none: "The training ended without a count of the rows.",
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
        ? `${count(duplicates)} repeat an item that came before`
        : `${count(duplicates)} repeat a user and an item`),
      unknown_items > 0 &&
      `${count(unknown_items)} name an item that the items file does not have`,
      rejected > 0 && `${count(rejected)} could not be used`,
    ].filter(Boolean);
    return `${first}: ${held}.${more.length > 0 ? ` Of the rows, ${more.join("; ")}.` : ""}`;
  },
  compare: {
    title: "Counted before the upload, and by the trainer",
    what: "Count",
    forecast: "Your check",
    trainer: "Trainer",
    before: (kind: Kind, { rows, users, items, rejected }: Counts) =>
      [
        `Your check counted ${counted(rows, "row")}`,
        ...(kind === "CONTENT" ? [] : [counted(users, "user")]),
        counted(items, "item"),
      ].join(", ") + `, and ${count(rejected)} to be left out.`,
    same: "The trainer counted just what your check had forecast",
    other: (n: number) =>
      `${counted(n, "figure")} of your check ${
        n === 1 ? "differs" : "differ"
      } from the trainer's ` +
      "count, which is what the model learned from",
    estimated: "estimated",
    rows: {
      rows: "Rows",
      used: "Used",
      rejected: "Left out",
      duplicates: "Repeats",
      users: "Users",
      items: "Items",
      unknown_items: "Of unknown items",
    } satisfies Record<keyof Counts, string>,
  },
  rejections: {
    title: "Rows that could not be used, and why",
    rows: "The rows",
    line: "Line",
    reason: "Reason",
    first: (shown: number, all: number) => `The first ${count(shown)} of ${count(all)}.`,
  },
  columns: "Columns",
};
