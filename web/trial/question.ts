/** Converts a recommendation request to and from the page's query string. */
import type { Question } from "../api/project_api.ts";

/** Scalar parameters; filters are `is.COLUMN`, `min.COLUMN`, `max.COLUMN`. */
const ONCE = ["item_title", "item_id", "user_id", "n", "diversity"] as const;

/** Form state of a recommendation request. */
export interface Asked {
  item_title?: string;
  item_id?: string;
  user_id?: string;
  n?: string;
  /** Number from 0 to 1, as text. */
  diversity?: string;
  /** Item ids of a visitor's history, oldest first; undefined for a known user. */
  had?: string[];
  filter: Record<string, FilterAsked>;
}

/** Filter of one column: any of the values, or bounds as typed. */
export interface FilterAsked {
  is?: string[];
  min?: string;
  max?: string;
}

/** Parses a query such as `user_id=7&is.genres=Drama&min.year=1990`. */
export function askedOf(query: string): Asked {
  const asked: Asked = { filter: {} };
  const params = new URLSearchParams(query);
  for (const [name, value] of params) {
    const [, kind, column] = /^(is|min|max)\.(.+)$/s.exec(name) ?? [];
    const once = ONCE.find((known) => known === name);
    if (once && value !== "") asked[once] = value;
    else if (name === "had") (asked.had ??= []).push(...(value === "" ? [] : [value]));
    else if (column !== undefined && value !== "") {
      const condition = asked.filter[column] ??= {};
      if (kind === "is") (condition.is ??= []).push(value);
      else condition[kind as "min" | "max"] = value;
    }
  }
  return asked;
}

/** Returns the canonical query string: equal requests have equal strings. */
export function queryOf({ had, filter, ...once }: Asked): string {
  const params = new URLSearchParams();
  for (const name of ONCE) if (once[name]) params.append(name, once[name]);
  if (had) { for (const id of had.length > 0 ? had : [""]) params.append("had", id); }
  for (const [column, { is = [], min, max }] of Object.entries(filter)) {
    for (const value of is) params.append(`is.${column}`, value);
    if (min) params.append(`min.${column}`, min);
    if (max) params.append(`max.${column}`, max);
  }
  return params.toString();
}

/** Whether the request names an item, a user or a history. */
export function isAsked({ item_title, item_id, user_id, had }: Asked): boolean {
  return Boolean(had ? had.length > 0 : item_title || item_id || user_id);
}

/** Returns the body of POST …/recommendations, without empty fields. */
export function questionOf(asked: Asked): Question {
  const { item_title, item_id, user_id, n, diversity, had } = asked;
  const filter = Object.entries(asked.filter).map(([column, { is, min, max }]) => {
    const condition = is && is.length > 0
      ? is.length === 1 ? is[0] : is
      : { ...(min && { gte: valueOf(min) }), ...(max && { lte: valueOf(max) }) };
    return [column, condition] as const;
  });
  return {
    ...(had ? { history: had } : {
      ...(user_id && { user_id }),
      ...(item_id ? { item_id } : item_title && { item_title }),
    }),
    n: Number(n ?? 10),
    ...(filter.length > 0 && { filter: Object.fromEntries(filter) }),
    ...(Number(diversity) > 0 && { diversity: Number(diversity) }),
    explain: true,
  };
}

/** Returns a number if the text is one; dates stay text. */
function valueOf(text: string): string | number {
  return Number.isFinite(Number(text)) ? Number(text) : text;
}
