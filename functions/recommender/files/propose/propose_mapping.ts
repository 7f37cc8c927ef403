/** Proposes the role of each column, from the evidence of all columns together. */
import type { ContentMapping, FileKind, InteractionMapping } from "../mapping.ts";
import { readColumnName } from "../dialect/column_name.ts";
import { isOnePerson } from "./one_person.ts";
import { determines, isRecent, readColumnValues, readersOf } from "../columns/column_values.ts";
import {
  type Column,
  CONTENT_SCORES,
  INTERACTION_SCORES,
  type Role,
  type Score,
} from "./role_scores.ts";

/** A column proposed for a key of the mapping, and the decisive evidence. */
export interface Proposal {
  key: string;
  column: string;
  reason: string;
  /** Kind of evidence: the name, the values, the other file, or only the position. */
  by: "name" | "values" | "match" | "place";
}

/** A mapping to start from; keys without a suitable column are absent. */
export interface ProposedMapping {
  mapping: ContentMapping & Partial<InteractionMapping>;
  reasons: Proposal[];
}

export interface ProposeOptions {
  /** Proposals that are already decided. */
  known?: Proposal[];
  /** Keys to propose nothing for. */
  without?: string[];
}

/** Minimum score of an optional role; either the name or the values alone can reach it. */
const LEAST = 2;
/** Maximum number of candidate columns per role, by their individual scores. */
const CANDIDATES = 5;
/** Outweighs all other evidence, so a required role is filled whenever possible. */
const NEEDED = 50;
/** Roles whose score also depends on other columns. */
const JOINT: ReadonlySet<string> = new Set(["user_id", "item_id", "item_title"]);
/** Minimum score of a name that is shown as the reason. */
const NAMED = 2.5;

/** Returns the mapping with the highest total score over all roles. */
export function proposeMapping(
  kind: FileKind,
  columns: readonly string[],
  sampleRows: readonly string[][],
  { known = [], without = [] }: ProposeOptions = {},
): ProposedMapping {
  const all = columns.map((name, i): Column => {
    const cells = sampleRows.map((row) => (row[i] ?? "").trim());
    return { name, nameEvidence: readColumnName(name), seen: readColumnValues(cells), cells };
  });
  const decided = kind === "CONTENT" ? known : [...known, ...meltedValue(all, known)];
  const free = all.filter(({ name }) => !decided.some(({ column }) => column === name));
  const isAlone = kind === "INTERACTION" && isOnePerson(columns);
  const isOpen = (key: string) =>
    !without.includes(key) && !(isAlone && key === "user_id") &&
    !decided.some((k) => k.key === key);
  const reasons = kind === "CONTENT"
    ? contentProposals(free, isOpen)
    : interactionProposals(free, { isOpen, known: decided });
  const proposals = [...decided, ...reasons];
  return { mapping: mappingOf(proposals), reasons: proposals };
}

/** Returns the ratings of a table that was melted under the usual names, variable and value. */
function meltedValue(columns: readonly Column[], known: readonly Proposal[]): Proposal[] {
  const named = (name: string) => columns.find((column) => column.name.toLowerCase() === name);
  const value = named("value");
  if (!named("variable") || !value?.seen.isNumeric) return [];
  if (known.some(({ key, column }) => key === "rating" || column === value.name)) return [];
  const reason = 'its name beside "variable"';
  return [{ key: "rating", column: value.name, reason, by: "name" }];
}

function interactionProposals(
  columns: Column[],
  { isOpen, known }: { isOpen: (key: string) => boolean; known: Proposal[] },
): Proposal[] {
  const itemTitled = known.some(({ key }) => key === "item_title");
  const scored = scoresOf(INTERACTION_SCORES, columns, isOpen);
  const pairs = new Map<string, boolean | undefined>();
  const isOneOf = (a: Column, b: Column) => {
    const key = JSON.stringify([a.name, b.name]);
    if (!pairs.has(key)) pairs.set(key, determines(a.cells, b.cells));
    return pairs.get(key);
  };
  const needed = (role: Role) => role === "user_id";
  // Exports put the user first and the item second: breaks ties.
  const place = (role: Role, at: number) =>
    role === "user_id" ? -0.02 * at : role === "item_id" ? -0.02 * Math.abs(at - 1) : -0.001 * at;
  const chosen = bestAssignment(scored, {
    needed,
    bonus: (role, at) => place(role, at),
    together: (by) => togetherScore(by, { columns, itemTitled, isOneOf }),
  });
  return chosen.map(({ role, column, score }) => proposalOf(role, column, score));
}

/**
 * Score of columns in combination. An order has one customer: if the candidate for the user
 * determines another user column, that one is the user. An item's title depends on its id.
 */
function togetherScore(
  by: Partial<Record<Role, Column>>,
  { columns, itemTitled, isOneOf }: {
    columns: Column[];
    itemTitled: boolean;
    /** Memoized `determines`. */
    isOneOf: (a: Column, b: Column) => boolean | undefined;
  },
): number {
  let score = by.item_id || by.item_title || itemTitled ? NEEDED : 0;
  const { user_id: user, item_id: item, item_title: title } = by;
  if (user && item && user.seen.values.length >= 20) {
    const coarser = columns.some((other) =>
      other !== user && other !== item && other.nameEvidence.entity === "user" &&
      other.seen.distinct < user.seen.distinct && isOneOf(user, other) === true
    );
    if (coarser) score -= 1.5;
  }
  if (item && title) {
    const isTitleOf = isOneOf(item, title);
    score += isTitleOf === true ? 1.5 : isTitleOf === false ? -4 : 0;
  }
  return score;
}

function contentProposals(columns: Column[], isOpen: (key: string) => boolean): Proposal[] {
  const scored = scoresOf(CONTENT_SCORES, columns, isOpen);
  const chosen = bestAssignment<"item_id" | "item_title">(scored, {
    needed: () => false,
    bonus: (_role, at) => -0.01 * at,
    // Title of the same entity as the id: track_id and track_name, not artist_name.
    together: ({ item_id: id, item_title: title }) =>
      id && title && id.nameEvidence.noun !== undefined &&
        id.nameEvidence.noun === title.nameEvidence.noun
        ? 1
        : 0,
  });
  const proposals = chosen.map(({ role, column, score }) => proposalOf(role, column, score));
  const taken = new Set(proposals.map(({ column }) => column));
  const rest = columns.filter(({ name }) => !taken.has(name));
  const flags = rest.filter(isFlagFeature);
  for (const column of rest) {
    if (isWordFeature(column)) {
      proposals.push(featureOf(column, "its values are words"));
    } else if (flags.length > 1 && flags.includes(column)) {
      proposals.push(featureOf(column, "its values say yes or no"));
    }
  }
  return isOpen("feature_col") ? proposals : proposals.filter(({ key }) => key !== "feature_col");
}

function featureOf({ name }: Column, reason: string): Proposal {
  return { key: "feature_col", column: name, reason, by: "values" };
}

/**
 * Whether a column has descriptive words: not numbers, times or URLs, and not ids of other
 * entities.
 */
function isWordFeature({ seen, nameEvidence }: Column): boolean {
  if (seen.values.length === 0 || seen.isNumeric || seen.isAddress || seen.isConstant) return false;
  if (seen.isReadableTime || seen.isFlag || nameEvidence.quality === "time") return false;
  const isOtherId = nameEvidence.quality === "identifier" || nameEvidence.entity === "item";
  return !(isOtherId && seen.isCode && seen.distinct > 0.5 * seen.values.length);
}

function isFlagFeature({ seen }: Column): boolean {
  return seen.isFlag && seen.distinct > 0;
}

interface Scored<Key extends string> {
  role: Key;
  candidates: { column: Column; at: number; score: Score }[];
}

/** Returns the best candidates of each open role. */
function scoresOf<Key extends string>(
  scores: Record<Key, (column: Column) => Score>,
  columns: Column[],
  isOpen: (key: string) => boolean,
): Scored<Key>[] {
  return (Object.keys(scores) as Key[]).filter(isOpen).map((role) => ({
    role,
    candidates: columns.map((column, at) => ({ column, at, score: scores[role](column) }))
      .filter(({ score }) => score.total > -50)
      .sort((a, b) => b.score.total - a.score.total || a.at - b.at)
      .slice(0, CANDIDATES),
  }));
}

interface Chosen<Key extends string> {
  role: Key;
  column: Column;
  score: Score;
}

/**
 * Returns the assignment of columns to roles with the highest total score, by exhaustive search;
 * each column has at most one role. An optional role counts only by its score above `LEAST`.
 */
function bestAssignment<Key extends string>(
  roles: Scored<Key>[],
  { needed, bonus, together }: {
    needed: (role: Key) => boolean;
    bonus: (role: Key, at: number) => number;
    together: (by: Partial<Record<Key, Column>>) => number;
  },
): Chosen<Key>[] {
  let best: Chosen<Key>[] = [];
  let top = -Infinity;
  const taken = new Set<Column>();
  const now: Chosen<Key>[] = [];
  const by: Partial<Record<Key, Column>> = {};

  function choose(r: number, sum: number): void {
    if (r === roles.length) {
      const total = sum + together(by);
      if (total > top) [top, best] = [total, [...now]];
      return;
    }
    const { role, candidates } = roles[r];
    for (const { column, at, score } of candidates) {
      const worth = score.total + bonus(role, at) - (needed(role) ? 0 : LEAST);
      if (taken.has(column) || worth < (JOINT.has(role) ? -10 : 0)) continue;
      taken.add(column);
      now.push({ role, column, score });
      by[role] = column;
      choose(r + 1, sum + worth + (needed(role) ? NEEDED : 0));
      delete by[role];
      now.pop();
      taken.delete(column);
    }
    choose(r + 1, sum);
  }
  choose(0, 0);
  return best;
}

function proposalOf(role: Role, { name, seen }: Column, score: Score): Proposal {
  const values = seenOf(role, seen.values);
  if (score.name >= NAMED || score.name > 0 && score.values <= 0) {
    const reason = `its name is "${name}"` + (values ? `, and ${values}` : "");
    return { key: role, column: name, reason, by: "name" };
  }
  const looks = looksOf(role);
  return score.values > 0 && looks
    ? { key: role, column: name, reason: looks, by: "values" }
    : { key: role, column: name, reason: "it is the first column left", by: "place" };
}

/** Returns the evidence of the values that adds to that of the name. */
function seenOf(role: Role, values: string[]): string | undefined {
  if (values.length === 0) return undefined;
  if (role === "timestamp") return `its values are times, such as ${dayOf(values)}`;
  if (role === "rating") return `its values are numbers, ${rangeOf(values)}`;
  if (role === "item_title" && new Set(values).size > 0.9 * values.length) {
    return "its values are different texts";
  }
  if (role === "item_id" && values.length > 1 && new Set(values).size === values.length) {
    return "each of its values comes once";
  }
  return undefined;
}

/** Returns the evidence of the values for a column whose name has none. */
function looksOf(role: Role): string | undefined {
  switch (role) {
    case "timestamp":
      return "its values are dates or seconds since 1970";
    case "rating":
      return "its values are small numbers";
    case "event_type":
      return "its values are names of events";
    case "item_title":
      return "its values are different texts";
    case "item_id":
      return "each of its values is short and comes once";
    default:
      return undefined;
  }
}

function mappingOf(proposals: Proposal[]): ProposedMapping["mapping"] {
  const features = proposals.filter((p) => p.key === "feature_col").map((p) => p.column);
  const single = proposals.filter((p) => p.key !== "feature_col").map((p) => [p.key, p.column]);
  const feature_col = features.length === 1 ? features[0] : features;
  return { ...Object.fromEntries(single), ...(features.length > 0 ? { feature_col } : {}) };
}

function dayOf(values: string[]): string {
  const read = readersOf(values).time;
  const time = values.map((value) => read(value) ?? NaN).find((time) => isRecent(time));
  return time === undefined ? values[0] : new Date(1000 * time).toISOString().slice(0, 10);
}

function rangeOf(values: string[]): string {
  const read = readersOf(values).number;
  const numbers = values.map((value) => read(value) ?? NaN).filter(Number.isFinite);
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  return least === most ? `such as ${least}` : `from ${least} to ${most}`;
}
