/** Items that an owner hides for a while, for example sold out. They are never recommended. */
import type { Sql } from "postgres";
import { ownedBy } from "../../http/database/owned_by.ts";

/** Returns the hidden items of one of the owner's projects, ordered by id. */
export async function listHiddenItems(
  sql: Sql,
  ownerId: string,
  projectId: number,
): Promise<string[]> {
  const rows = await sql<{ item_id: string }[]>`
    select item_id from recommender.hidden_items_of(${ownerId}, ${projectId})
    order by item_id`;
  return rows.map(({ item_id }) => item_id);
}

/** Replaces the hidden items of one of the owner's projects. */
export async function hideItems(
  sql: Sql,
  ownerId: string,
  { projectId, itemIds }: { projectId: number; itemIds: string[] },
): Promise<void> {
  await ownedBy(sql, ownerId)`
    with project as (
      select id from recommender.recommender_projects
      where owner_id = ${ownerId} and id = ${projectId}
    ), shown as (
      delete from recommender.hidden_items
      where project_id in (select id from project) and item_id <> all (${itemIds}::text[])
    )
    insert into recommender.hidden_items (project_id, item_id)
    select distinct id, item_id from project, unnest(${itemIds}::text[]) as item_id
    on conflict do nothing`;
}
