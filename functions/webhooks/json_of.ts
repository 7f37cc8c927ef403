import type { ISql, JSONValue } from "postgres";

/** A value for a jsonb column, SQL's null for none. */
export function jsonOf(sql: ISql, value: JSONValue | null) {
  return value === null ? sql`null::jsonb` : sql`${sql.json(value)}::jsonb`;
}
