import type { ContentMapping, FileKind, InteractionMapping } from "./mapping.ts";
import { parseNumber, parseTime } from "./values.ts";

/** A column proposed for a key of the mapping, and why. */
export interface Proposal {
  key: string;
  column: string;
  reason: string;
  /** What spoke for it: its name, its values, the other file, or nothing but its place. */
  by: "name" | "values" | "match" | "place";
}

/** A mapping to start from; a key that nothing fits is left out. */
export interface ProposedMapping {
  mapping: ContentMapping & Partial<InteractionMapping>;
  reasons: Proposal[];
}

interface Column {
  name: string;
  /** Its name in lower case, letters and digits only. */
  word: string;
  values: string[];
}

interface Rule {
  key: string;
  word: RegExp;
  /** Whether the values allow it. */
  fits?: (values: string[]) => boolean;
  /** What the values say beside the name, where they say something. */
  seen?: (values: string[]) => string | undefined;
  /** What decides where no name does. */
  looks?: { test: (values: string[]) => boolean; reason: string };
}

const idWord =
  /^(item|movie|film|product|article|artist|song|track|album|book|video|game|place)s?(id|key|code|no)?$/;
const titleWord = /^((item|movie|film|product|artist|song|track|album|book)s?)?(title|name)$/;

const contentRules: Rule[] = [
  {
    key: "item_id",
    word: /^(id|sku|asin|isbn|itemid|\w+id|\w+key)$|^(item|product|movie|artist)$/,
    fits: unique,
    seen: (v) => v.length > 1 ? "each of its values comes once" : undefined,
    looks: {
      test: (v) => unique(v) && v.every((x) => /^[\w-]{1,40}$/.test(x)),
      reason: "each of its values is short and comes once",
    },
  },
  {
    key: "item_title",
    word: titleWord,
    fits: (v) => !numeric(v),
    seen: (v) => worded(v) ? "its values are different texts" : undefined,
    looks: {
      test: (v) => worded(v) && !v.some((x) => /^https?:/.test(x)),
      reason: "its values are different texts",
    },
  },
];

const interactionRules: Rule[] = [
  {
    key: "user_id",
    word:
      /^(user|customer|client|member|visitor|session|account|person|reviewer|buyer|listener)s?(id|key|no|name)?$|^uid$/,
  },
  {
    key: "item_id",
    word: new RegExp(`${idWord.source}|^(sku|asin|isbn|iid|itemid|content(id)?)$`),
  },
  { key: "item_title", word: titleWord, fits: (v) => !numeric(v) },
  {
    key: "timestamp",
    word:
      /^(timestamp|time|date|datetime|ts|createdat|(watched|rated|event|played|purchase|order|checkin)(at|time|date|timestamp))$/,
    fits: timed,
    seen: (v) => v.length > 0 ? `its values are times, such as ${dayOf(v)}` : undefined,
    looks: { test: recent, reason: "its values are dates or seconds since 1970" },
  },
  {
    key: "rating",
    word: /^(rating|score|stars?|rate|weight|plays?|playcount|count|quantity|preference)s?$/,
    fits: numeric,
    seen: (v) => v.length > 0 ? `its values are numbers, ${rangeOf(v)}` : undefined,
    looks: {
      test: (v) => numeric(v) && mostly(v, (x) => Math.abs(parseNumber(x) ?? 0) <= 10),
      reason: "its values are small numbers",
    },
  },
  {
    key: "event_type",
    word: /^(event|action|behaviou?r|interaction|activity)(type|name|kind)?$|^type$/,
    fits: (v) => !numeric(v),
    looks: {
      test: (v) =>
        v.every((x) => /^(view|click|cart|add_?to_?cart|purchase|buy|like|play|skip)$/i.test(x)),
      reason: "its values are names of events",
    },
  },
];

/**
 * Proposes a mapping by the columns' names first, then by the values of the first rows.
 * @param options `known`: what is found already, `without`: keys that nothing is proposed for.
 */
export function proposeMapping(
  kind: FileKind,
  columns: readonly string[],
  sampleRows: readonly string[][],
  { known = [], without = [] }: { known?: Proposal[]; without?: string[] } = {},
): ProposedMapping {
  const all: Column[] = columns.map((name, i) => ({
    name,
    word: name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ""),
    values: sampleRows.map((row) => (row[i] ?? "").trim()).filter((value) => value !== ""),
  }));
  const reasons: Proposal[] = [...known];
  const free = () => all.filter((c) => !reasons.some((r) => r.column === c.name));
  const named = (...keys: string[]) => reasons.some((r) => keys.includes(r.key));
  // Columns that a user and an item still need.
  const unnamed = () => Number(!named("user_id")) + Number(!named("item_id", "item_title"));
  const rules = (kind === "CONTENT" ? contentRules : interactionRules)
    .filter(({ key }) => !named(key) && !without.includes(key));
  for (const { key, word, fits, seen } of rules) {
    const found = free().find((c) =>
      word.test(c.word) && (c.values.length === 0 || !fits || fits(c.values))
    );
    if (found) {
      const values = seen?.(found.values);
      const reason = `its name, "${found.name}", says so` + (values ? `, and ${values}` : "");
      reasons.push({ key, column: found.name, reason, by: "name" });
    }
  }
  for (const { key, looks } of rules) {
    if (!looks || reasons.some((r) => r.key === key)) continue;
    if (kind === "INTERACTION" && free().length <= unnamed()) break;
    const found = (kind === "CONTENT" ? free() : free().reverse()).find((c) =>
      c.values.length > 0 && looks.test(c.values)
    );
    if (found) reasons.push({ key, column: found.name, reason: looks.reason, by: "values" });
  }
  if (kind === "INTERACTION") {
    for (const key of named("item_title") ? ["user_id"] : ["user_id", "item_id"]) {
      const [first] = free();
      if (named(key) || without.includes(key) || first === undefined) continue;
      const reason = "it is the first column left";
      reasons.push({ key, column: first.name, reason, by: "place" });
    }
  } else {
    for (const { name, values } of free()) {
      if (values.length === 0 || numeric(values) || values.some((v) => /^https?:/.test(v))) {
        continue;
      }
      const reason = "its values are words";
      reasons.push({ key: "feature_col", column: name, reason, by: "values" });
    }
  }
  return { mapping: mappingOf(reasons), reasons };
}

function mappingOf(reasons: Proposal[]): ProposedMapping["mapping"] {
  const features = reasons.filter((r) => r.key === "feature_col").map((r) => r.column);
  const single = reasons.filter((r) => r.key !== "feature_col").map((r) => [r.key, r.column]);
  const feature_col = features.length === 1 ? features[0] : features;
  return { ...Object.fromEntries(single), ...(features.length > 0 ? { feature_col } : {}) };
}

function unique(values: string[]): boolean {
  return new Set(values).size === values.length;
}

function numeric(values: string[]): boolean {
  return mostly(values, (v) => !Number.isNaN(parseNumber(v) ?? 0));
}

function timed(values: string[]): boolean {
  return mostly(values, (v) => !Number.isNaN(parseTime(v) ?? 0));
}

/** Files have bad rows: a few of them change nothing of what a column is. */
function mostly(values: string[], test: (value: string) => boolean): boolean {
  return values.length > 0 && values.filter(test).length >= 0.9 * values.length;
}

/** Times that can hardly be anything else: of the years 1990 to 2100. */
function recent(values: string[]): boolean {
  return mostly(values, (v) => recentTime(parseTime(v) ?? 0));
}

function recentTime(time: number): boolean {
  return time > 631152000 && time < 4102444800;
}

function dayOf(values: string[]): string {
  const time = values.map((value) => parseTime(value) ?? NaN).find((time) => recentTime(time));
  return time === undefined ? values[0] : new Date(1000 * time).toISOString().slice(0, 10);
}

function rangeOf(values: string[]): string {
  const numbers = values.map((value) => parseNumber(value) ?? NaN).filter(Number.isFinite);
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  return least === most ? `such as ${least}` : `from ${least} to ${most}`;
}

function worded(values: string[]): boolean {
  return !numeric(values) && new Set(values).size > 0.9 * values.length;
}
