import { type BestRating, bestRatings, type NoRating, noRatings } from "./values/rating_choices.ts";
import { type DecimalSign, decimalSigns } from "./values/numbers.ts";
import { type DateOrder, dateOrders } from "./values/times.ts";

/** Formats that a mapping sets, for columns whose cells are ambiguous. */
export interface Choices {
  /** Decimal sign of `1,234`. */
  decimal_sign?: DecimalSign;
  /** Order of 1/2/2024: day, month or year first. */
  date_order?: DateOrder;
  /** The rating that means "no rating"; "keep" if there is none. */
  no_rating?: NoRating;
  /** The end of the ratings that is the best: "low" of ranks and school grades. */
  best_rating?: BestRating;
}

/** Columns of a content file. Without `item_id` the title is the id. */
export interface ContentMapping extends Choices {
  item_id?: string;
  item_title?: string;
  feature_col?: string | string[];
}

/** Columns of an interaction file. Without `item_id` items are found by title. */
export interface InteractionMapping extends Choices {
  user_id: string;
  item_id?: string;
  item_title?: string;
  rating?: string;
  timestamp?: string;
  event_type?: string;
}

/** Mapping of a file of either kind. */
export type Mapping = ContentMapping | InteractionMapping;

export type FileKind = "CONTENT" | "INTERACTION";

export interface MappingProblem {
  /** JSON pointer into the mapping. */
  pointer: string;
  detail: string;
}

export const mappingKeys: Record<FileKind, readonly string[]> = {
  CONTENT: ["item_id", "item_title", "feature_col"],
  INTERACTION: ["user_id", "item_id", "item_title", "rating", "timestamp", "event_type"],
};

/** Allowed values of each format. */
export const mappingChoices: { [Key in keyof Choices]-?: readonly string[] } = {
  decimal_sign: decimalSigns,
  date_order: dateOrders,
  no_rating: noRatings,
  best_rating: bestRatings,
};

/** Returns all keys of a kind's mapping: those of columns, then the formats. */
export function keysOf(kind: FileKind): string[] {
  return [...mappingKeys[kind], ...Object.keys(mappingChoices)];
}

/** Returns the columns that a mapping names. */
export function mappedColumns(mapping: Mapping | Record<string, string | string[]>): string[] {
  const named = Object.entries(mapping).filter(([key]) => !(key in mappingChoices));
  return [...new Set(named.flatMap(([, columns]) => columns as string | string[]))];
}

/** Returns the errors of a mapping for a file with these columns; empty if it is valid. */
export function checkMapping(
  kind: FileKind,
  mapping: unknown,
  columns: readonly string[],
): MappingProblem[] {
  if (typeof mapping !== "object" || mapping === null || Array.isArray(mapping)) {
    return [{ pointer: "", detail: "A mapping is an object from app key to column name." }];
  }
  const problems: MappingProblem[] = [];
  const keys = mappingKeys[kind];
  for (const [key, value] of Object.entries(mapping)) {
    const choices = choicesOf(key);
    if (choices) {
      if (choices.includes(value as string)) continue;
      const listed = choices.map((choice) => `"${choice}"`).join(" or ");
      problems.push({ pointer: `/${key}`, detail: `"${key}" must be ${listed}.` });
      continue;
    }
    if (!keys.includes(key)) {
      const taken = keysOf(kind).join(", ");
      const detail = `"${key}" is no key of this file's mapping; it takes ${taken}.`;
      problems.push({ pointer: `/${escaped(key)}`, detail });
      continue;
    }
    const listed = key === "feature_col" && Array.isArray(value);
    (listed ? value : [value]).forEach((column: unknown, i: number) => {
      const pointer = listed ? `/${key}/${i}` : `/${key}`;
      if (typeof column !== "string") {
        problems.push({ pointer, detail: `"${key}" must name a column by a string.` });
      } else if (!columns.includes(column)) {
        problems.push({ pointer, detail: missing(column, columns) });
      } else if (listed && value.indexOf(column) !== i) {
        problems.push({ pointer, detail: `The column "${column}" is named twice.` });
      }
    });
  }
  const given = new Map(Object.entries(mapping));
  if (!given.has("item_id") && !given.has("item_title")) {
    problems.push({
      pointer: "/item_id",
      detail: "Items need a column: map item_id or item_title.",
    });
  }
  if (kind === "INTERACTION") {
    const user = given.get("user_id");
    if (user === undefined) {
      problems.push({ pointer: "/user_id", detail: "Users need a column: map user_id." });
    } else if (user === given.get("item_id") || user === given.get("item_title")) {
      const detail = `The column "${user}" cannot name both the user and the item.`;
      problems.push({ pointer: "/user_id", detail });
    }
  }
  return problems;
}

function choicesOf(key: string): readonly string[] | undefined {
  return Object.hasOwn(mappingChoices, key)
    ? mappingChoices[key as keyof typeof mappingChoices]
    : undefined;
}

function missing(column: string, columns: readonly string[]): string {
  const limit = Math.max(2, Math.floor(column.length / 3));
  const near = columns.map((name) => ({ name, far: distance(column, name) }))
    .filter(({ far }) => far <= limit).sort((a, b) => a.far - b.far)[0]?.name;
  const listed = columns.slice(0, 20).map((name) => `"${name}"`).join(", ");
  const has = `The file has ${listed}${columns.length > 20 ? " and more" : ""}.`;
  const hint = near === undefined ? "" : ` Is "${near}" meant?`;
  return `There is no column "${column.slice(0, 100)}".${hint} ${has}`;
}

/** Levenshtein distance of two names, ignoring case and punctuation. */
function distance(a: string, b: string): number {
  const [s, t] = [a, b].map((x) => x.toLowerCase().replace(/[\s_\W]/g, "").slice(0, 60));
  let row = Array.from({ length: t.length + 1 }, (_, j) => j);
  for (let i = 1; i <= s.length; i++) {
    const next = [i];
    for (let j = 1; j <= t.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (s[i - 1] === t[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[t.length];
}

function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
