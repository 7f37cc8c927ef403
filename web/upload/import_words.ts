/** Texts of the file import. */
import { noRatings } from "../../functions/recommender/files/values/rating_choices.ts";
import type { Dialect, Format, Unpivot } from "../../functions/recommender/files/dialect.ts";
import type { FileKind, mappingChoices } from "../../functions/recommender/files/mapping.ts";
import { count, counted, percent } from "../ui/words.ts";

const DELIMITERS: Record<string, string> = {
  ",": "commas",
  "\t": "tabs",
  ";": "semicolons",
  "|": "vertical bars",
  " ": "spaces",
  " - ": "spaced hyphens",
  "\x01": "control characters (\\x01)",
};

const QUOTES: Record<string, string> = {
  '"': 'Double: "…"',
  "'": "Single: '…'",
  "": "None: quotes are text",
};

function delimiterName(delimiter: string): string {
  return DELIMITERS[delimiter] ?? `"${delimiter}"`;
}

/** Formats other than delimited text. */
const FORMATS: Partial<Record<Format, string>> = {
  jsonl: "JSON Lines",
  json: "JSON",
  parquet: "Parquet",
  xlsx: "first sheet of the workbook",
};

const FILES: Record<FileKind, Record<"title" | "label" | "hint" | "instead", string>> = {
  CONTENT: {
    title: "Items",
    label: "Items file",
    hint: "One row per item: an id, a title, and columns that describe it, such as genres.",
    instead: "These are interactions",
  },
  INTERACTION: {
    title: "Interactions",
    label: "Interactions file",
    hint: "One row per event: a user, an item, and optionally a rating and a timestamp.",
    instead: "These are items",
  },
};

const KEYS: Record<string, string> = {
  item_id: "Item id",
  item_title: "Item title",
  feature_col: "Features",
  user_id: "User id",
  rating: "Rating",
  timestamp: "Timestamp",
  event_type: "Event type",
};

interface ChoiceTexts {
  label: string;
  /** Label of the option without a choice. */
  open: string;
  hint: string;
  values: Record<string, string>;
}

const CHOICES: Record<keyof typeof mappingChoices, ChoiceTexts> = {
  decimal_sign: {
    label: "Decimal separator",
    open: "Detect automatically",
    hint: "Used only if the column is ambiguous, such as 1,234.",
    values: { ".": "Point: 1,234.5", ",": "Comma: 1.234,5" },
  },
  date_order: {
    label: "Date order",
    open: "Detect automatically",
    hint: "Used only if the column is ambiguous: all days up to 12, or dates of both orders.",
    values: {
      dmy: "Day first: 22/1/2024",
      mdy: "Month first: 1/22/2024",
      ymd: "Year first: 24/1/22",
    },
  },
  no_rating: {
    label: "Value that means “no rating”",
    open: "Detect automatically",
    hint: "Detected if it is frequent and apart from all other values, such as 99.",
    values: {
      keep: "None: all values are ratings",
      ...Object.fromEntries(noRatings.filter((value) => value !== "keep").map((v) => [v, v])),
    },
  },
  best_rating: {
    label: "Best rating",
    open: "Detect automatically",
    hint: "The lowest is the best of ranks and of some school grades.",
    values: { high: "The highest", low: "The lowest" },
  },
};

const NOTHING: Record<FileKind, Record<string, string>> = {
  CONTENT: { item_id: "None: use the title as id", item_title: "None: show the id" },
  INTERACTION: {
    item_id: "None: match items by title",
    item_title: "None: match items by id",
    rating: "None: all rows have equal weight",
    timestamp: "None: use the order of the rows",
    event_type: "None: a single event type",
  },
};

export const text = {
  title: "New project",
  lead: "Drop one or two files. Items allow content-based recommendations, interactions personal " +
    "ones; both together train a hybrid model. Nothing is uploaded until you create the project.",
  name: "Name",
  nameMissing: "Enter a name for the project.",
  fileMissing: "Choose at least one file.",
  useless: (name: string) =>
    `No row of ${name} can be used for training: choose other columns, or another file.`,
  create: "Create project and train",
  files: FILES,
  drop:
    "Choose a file, or drop it here: CSV, TSV or JSON, plain or gzipped, Parquet, or an Excel workbook.",
  reading: (name: string) => `Reading ${name}…`,
  refused: (name: string, why: string) => `${name}: ${why}`,
  readerBroke: "The file could not be read in this browser; please reload the page.",
  chooseAnother: "Choose another",
  /** For screen readers. */
  chooseAnotherFor: (kind: FileKind) => ` for ${FILES[kind].title.toLowerCase()}`,
  readAs: (
    { columns, dialect, gzip }: { columns: number; dialect: Dialect; gzip: boolean },
  ) => {
    const { format = "csv", delimiter, encoding } = dialect;
    const by = format === "csv" && columns > 1 ? ` separated by ${delimiterName(delimiter)}` : "";
    const how = FORMATS[format] ?? encoding.toUpperCase();
    return (columns === 1 ? "one column" : `${count(columns)} columns${by}`) +
      `, ${how}${gzip ? ", gzipped" : ""}`;
  },
  delimiter: delimiterName,
  readings: {
    title: "Format options",
    delimiter: "Delimiter",
    encoding: "Encoding",
    skip: "Lines to skip at the start",
    quote: "Quotes",
    quotes: (quote: string) => QUOTES[quote] ?? quote,
    comment: "Comment lines begin with",
    comments: (comment: string) => comment === "" ? "Nothing: no comment lines" : comment,
    escape: "A backslash escapes quotes and delimiters",
    indexed: "Rows begin with a name that has no cell in the header",
    exact: "Reject rows with an empty cell after the last column",
    wide: (columns: number, { key, name, none, without = [] }: Unpivot) =>
      `This looks like a table with one row per "${key}" and ${count(columns)} columns, one per ` +
      `${name}. Training needs one row per rating.` +
      (none === undefined ? "" : ` Cells with ${none} are taken as not rated.`) +
      (without.length === 0 ? "" : ` Left out: ${without.join(", ")}.`),
    unpivot: "Convert to one row per rating",
    keyless:
      "This looks like a table with one column per item and one row per user, or the other " +
      "way round, but no column names its rows. Add a column of ids to the file.",
    asItIs: "Read the table as it is",
  },
  firstRows: (name: string) => `First rows of ${name}`,
  leftOut: "ignored",
  header: "The first line contains the column names",
  keys: KEYS,
  choices: CHOICES,
  nothing: (kind: FileKind, key: string) => NOTHING[kind][key] ?? "Choose a column",
  proposed: (reason: string) => `Proposed: ${reason}.`,
  noFeatures: "No columns are left.",
  features: "Items with common words in these columns are similar.",
  theMapping: "The mapping",
  check: {
    title: "Check",
    reading: (share: number) =>
      `Checking rows: ${percent(Math.floor(share * 100) / 100)}. You can continue meanwhile.`,
    progress: "Checking rows",
    stop: "Stop checking",
    stopped: "The rows were not checked. The trainer will check them.",
    again: "Check rows",
    failed: (why: string) => `The rows cannot be checked: ${why}`,
    mappingFirst: "The rows are checked after you choose the columns.",
    good: "All rows can be used.",
    some: (rejected: number, rows: number) =>
      `${counted(rejected, "row")} of ${count(rows)} (${
        percent(rejected / rows)
      }) cannot be used and will be ignored.`,
    none: "No row can be used: see the reasons, and check the columns above.",
    empty: "The file has no rows after its header.",
    estimated: "Counts above one million are estimates, accurate to a few tenths of a percent.",
    unknown: (unknown: number, used: number) =>
      `${counted(unknown, "row")} (${
        percent(unknown / used)
      }) refer to an item that is not in your items file.`,
    unknownMost: "Is the correct item column chosen in both files?",
    repeats: {
      CONTENT: (n: number, said: string) =>
        `${said} ${n === 1 ? "row repeats" : "rows repeat"} an earlier item; the first row of an ` +
        "item is used.",
      INTERACTION: (n: number, said: string) =>
        `${said} ${n === 1 ? "row repeats" : "rows repeat"} a user and item; they are combined.`,
    },
    download: "Download these rows",
    downloading: "Preparing the download…",
    rejectsFile: (name: string) => `${name.replace(/(\.\w+)?(\.gz)?$/i, "")} rejected rows.csv`,
    reasons: "Reasons why rows are rejected",
    reason: "Reason",
    rows: "Rows",
    lines: "Lines",
    firstLines: (lines: number[], rows: number) =>
      lines.map(count).join(", ") + (rows > lines.length ? " …" : ""),
    about: (n: string) => `about ${n}`,
    figures: { rows: "rows", users: "users", items: "items", rejected: "rejected" },
  },
  append: {
    title: "Add interactions",
    asBefore: (name: string) => `as in ${name}`,
    hint: "A file with the same columns as the first. Its rows are used from the next training.",
    send: "Add these rows",
    another: "Choose another file",
    stored: (name: string) => `${name} is stored. Train again to use it.`,
    columnMissing: (columns: string[]) =>
      `The file lacks ${columns.length === 1 ? "the column" : "the columns"} ${
        columns.map((column) => `"${column}"`).join(", ")
      } of the first interactions file: choose the corresponding columns below.`,
  },
  mend: {
    gone: "The files were deleted, so their mapping cannot be changed.",
    save: "Save and train again",
  },
};
