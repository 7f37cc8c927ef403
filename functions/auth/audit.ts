/** An event in an account's audit trail. Entries are added and never changed. */
import type { ISql, Sql } from "postgres";
import { ownedBy } from "../http/database/owned_by.ts";

export interface AuditEntry {
  id: string;
  action: string;
  detail: Record<string, string | number | boolean | null>;
  /**
   * Actor of the entry: `account:ID`, `key:ID`, or `system` for the installation itself; null for a caller
   * who was not signed in, and where it was not recorded.
   */
  actor: string | null;
  happened_at: Date;
}

/** Adds an entry in the transaction of the event. `detail` must contain no secrets. */
export async function note(
  sql: ISql,
  ownerId: string,
  { action, detail = {} }: { action: string; detail?: AuditEntry["detail"] },
): Promise<void> {
  await sql`select auth.note(${ownerId}, ${action}, ${sql.json(detail)})`;
}

/** Returns a user's entries with ids below `cursor`, newest first. */
export async function listAudit(
  sql: Sql,
  ownerId: string,
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<AuditEntry[]> {
  return await ownedBy(sql, ownerId)<AuditEntry[]>`
    select id, action, detail, actor, happened_at from auth.audit_entries
    where owner_id = ${ownerId} ${cursor ? sql`and id < ${cursor}` : sql``}
    order by id desc
    limit ${limit}`;
}
