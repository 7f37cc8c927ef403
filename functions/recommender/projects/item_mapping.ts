import type { Sql } from "postgres";
import { ownedBy } from "../../http/database/owned_by.ts";
import type { Choices, ContentMapping } from "../files/mapping.ts";

/** Returns the title's column and the chosen formats of a project's newest uploaded item file. */
export async function itemMapping(
  sql: Sql,
  ownerId: string,
  projectId: number,
): Promise<Pick<ContentMapping, "item_title" | keyof Choices>> {
  const rows = await ownedBy(sql, ownerId)<{ key: string; choice: string }[]>`
    select m.app_schema_key as key, m.user_csv_column as choice
    from recommender.schema_mappings m
    where m.app_schema_key in ('item_title', 'decimal_sign', 'date_order') and m.file_id = (
      select max(f.id) from recommender.uploaded_files f
      where f.project_id = ${projectId} and f.file_type = 'CONTENT' and f.items_to is null
    )`;
  return Object.fromEntries(rows.map(({ key, choice }) => [key, choice]));
}
