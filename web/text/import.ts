/** Texts of the file import. */
import type { Dialect, Format } from "../../functions/recommender/csv/dialect.ts";
import type { FileKind } from "../../functions/recommender/csv/mapping.ts";
import { count, counted, percent } from "../words.ts";

const DELIMITERS: Record<string, string> = {
  ",": "commas",
  "\t": "tabs",
  ";": "semicolons",
  "|": "bars",
  " ": "blanks",
  " - ": "dashes between blanks",
  "\x01": "control characters (\\x01)",
};

function delimiterName(delimiter: string): string {
  return DELIMITERS[delimiter] ?? `"${delimiter}"`;
}

/** Formats that are no lines of cells. */
const FORMATS: Partial<Record<Format, string>> = {
  jsonl: "JSON lines",
  json: "JSON",
  parquet: "Parquet",
  xlsx: "a workbook's first sheet",
};

const FILES: Record<FileKind, Record<"title" | "label" | "hint" | "instead", string>> = {
  CONTENT: {
    title: "Items",
    label: "Items file",
    hint: "One row an item: an id, a title, and what describes it, such as genres.",
    instead: "These are interactions",
  },
  INTERACTION: {
    title: "Interactions",
    label: "Interactions file",
    hint: "One row an event: who, which item, and where you have it a rating and a time.",
    instead: "These are items",
  },
};

const KEYS: Record<string, string> = {
  item_id: "Item id",
  item_title: "Item title",
  feature_col: "Features",
  user_id: "User id",
  rating: "Rating",
  timestamp: "Time",
  event_type: "Kind of event",
};

interface ChoiceTexts {
  label: string;
  /** Label of the option without a choice. */
  open: string;
  hint: string;
  values: Record<string, string>;
}

const CHOICES: Record<"decimal_sign" | "date_order", ChoiceTexts> = {
  decimal_sign: {
    label: "Decimal sign",
    open: "As the file shows it",
    hint: "Counts only where the column leaves open what 1,234 is.",
    values: { ".": "Point: 1,234.5", ",": "Comma: 1.234,5" },
  },
  date_order: {
    label: "Dates in figures",
    open: "As the file shows it",
    hint: "Counts only where the column leaves open what 1/2/2024 is.",
    values: {
      dmy: "Day first: 22/1/2024",
      mdy: "Month first: 1/22/2024",
      ymd: "Year first: 24/1/22",
    },
  },
};

const NOTHING: Record<FileKind, Record<string, string>> = {
  CONTENT: { item_id: "None: the title stands for it", item_title: "None: the id is shown" },
  INTERACTION: {
    item_id: "None: items are found by title",
    item_title: "None: items are found by id",
    rating: "None: each row counts alike",
    timestamp: "None: the file's order counts",
    event_type: "None: one kind of event",
  },
};

export const text = {
  title: "New project",
  lead:
    "Drop one or two files. Items give recommendations by likeness, interactions give personal " +
    "ones, both together the best of both. Nothing leaves this computer before you say so.",
  name: "Name",
  nameMissing: "Give the project a name.",
  fileMissing: "Choose at least one file.",
  useless: (name: string) =>
    `No row of ${name} can be used, so nothing could be learned from it: choose other columns, or ` +
    "another file.",
  create: "Create project and train",
  files: FILES,
  drop:
    "Choose it, or drop it here. CSV, TSV or JSON, packed by gzip or not, Parquet, or an Excel workbook.",
  reading: (name: string) => `Reading ${name}…`,
  refused: (name: string, why: string) => `${name}: ${why}`,
  readerBroke: "The file could not be read here; please reload the page.",
  chooseAnother: "Choose another",
  /** For screen readers. */
  chooseAnotherFor: (kind: FileKind) => ` for ${FILES[kind].title.toLowerCase()}`,
  readAs: (
    { columns, dialect, gzip }: { columns: number; dialect: Dialect; gzip: boolean },
  ) => {
    const { format = "csv", delimiter, encoding } = dialect;
    const by = format === "csv" && columns > 1 ? ` by ${delimiterName(delimiter)}` : "";
    const how = FORMATS[format] ?? encoding.toUpperCase();
    return (columns === 1 ? "one column" : `${count(columns)} columns${by}`) +
      `, ${how}${gzip ? ", packed by gzip" : ""}`;
  },
  delimiter: delimiterName,
  readings: {
    title: "Read it otherwise",
    delimiter: "Separator",
    encoding: "Encoding",
    skip: "Lines before the table",
    wide: (columns: number, { key, name }: { key: string; name: string }) =>
      `This looks like a table with a row for each "${key}" and ${
        count(columns)
      } columns, one for ` +
      `each ${name}. Recommendations need a row for each rating.`,
    unpivot: "Make rows of it",
    asItIs: "Read the table as it is",
  },
  firstRows: (name: string) => `First rows of ${name}`,
  leftOut: "not used",
  header: "The first line holds the column names",
  keys: KEYS,
  choices: CHOICES,
  nothing: (kind: FileKind, key: string) => NOTHING[kind][key] ?? "Choose a column",
  proposed: (reason: string) => `Proposed: ${reason}.`,
  noFeatures: "No column is left for them.",
  features: "Items that share words in these columns are alike.",
  theMapping: "The mapping",
  check: {
    title: "Check",
    reading: (share: number) =>
      `Counting the rows: ${percent(Math.floor(share * 100) / 100)}. You need not wait.`,
    progress: "Counting the rows",
    stop: "Stop counting",
    stopped: "The rows were not counted. The trainer will count them.",
    again: "Count them",
    failed: (why: string) => `The rows cannot be counted: ${why}`,
    mappingFirst: "The rows are counted once the columns are chosen.",
    good: "Every row can be used.",
    some: (rejected: number, rows: number) =>
      `${counted(rejected, "row")} of ${count(rows)} (${
        percent(rejected / rows)
      }) cannot be used and will be left out.`,
    none: "No row can be used: look at the reasons, and at the columns above.",
    empty: "The file has no rows below its header line.",
    estimated: "What there is more than a million of is estimated, within a few thousandths.",
    unknown: (unknown: number, used: number) =>
      `${counted(unknown, "row")} (${
        percent(unknown / used)
      }) name an item that your items file does not have.`,
    unknownMost: "Is the right column chosen for the item in both files?",
    repeats: {
      CONTENT: (n: number, said: string) =>
        `${said} ${n === 1 ? "row repeats" : "rows repeat"} an item that came before; the first ` +
        "counts.",
      INTERACTION: (n: number, said: string) =>
        `${said} ${n === 1 ? "row repeats" : "rows repeat"} a user and an item; they count ` +
        "together.",
    },
    download: "Download these rows",
    downloading: "Collecting them…",
    rejectsFile: (name: string) => `${name.replace(/(\.\w+)?(\.gz)?$/i, "")} rejected rows.csv`,
    reasons: "Why rows cannot be used",
    reason: "Reason",
    rows: "Rows",
    lines: "On lines",
    firstLines: (lines: number[], rows: number) =>
      lines.map(count).join(", ") + (rows > lines.length ? " …" : ""),
    about: (n: string) => `about ${n}`,
    figures: { rows: "rows", users: "users", items: "items", rejected: "left out" },
  },
  append: {
    title: "Add interactions",
    asBefore: (name: string) => `as in ${name}`,
    hint: "A file with the columns of the first. Its rows count from the next training on.",
    send: "Add these rows",
    another: "Choose another file",
    stored: (name: string) => `${name} is stored. Train again to have it count.`,
    columnMissing: (columns: string[]) =>
      `The file lacks ${columns.length === 1 ? "the column" : "the columns"} ${
        columns.map((column) => `"${column}"`).join(", ")
      } that the first interactions file has: say below which column is which.`,
  },
  mend: {
    gone: "The files are gone, so their columns cannot be chosen anew.",
    save: "Save and train again",
  },
};
