import type { ISql, JSONValue } from "postgres";

/** Returns a value for a jsonb column; null becomes SQL's null. */
export function jsonOf(sql: ISql, value: JSONValue | null) {
  return value === null ? sql`null::jsonb` : sql`${sql.json(value)}::jsonb`;
}
