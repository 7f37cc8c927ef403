/** Drops live items that are in files and that every version which may serve has learned. */
import type { Sql } from "postgres";

/**
 * Drops live items that the champion and the version that a rollback returns to have learned, and
 * the rows of new items in other versions, or of items that were dropped.
 */
export async function dropLearnedItems(sql: Sql): Promise<void> {
  await sql`
    delete from recommender.live_items i
    using (
      select p.id, least(p.items_rolled_to, min(coalesce(l.learned_items, 0))) as learned
      from recommender.recommender_projects p
        cross join lateral (${lastPromoted(sql)}) o
        left join recommender.learned_versions l on l.project_id = p.id and l.version = o.version
      where exists (select from recommender.live_items j where j.project_id = p.id)
      group by p.id
    ) p
    where i.project_id = p.id and i.seq <= p.learned`;
  await sql`
    with left_over as (
      delete from recommender.live_item_rows r
      using recommender.recommender_projects p
      where p.id = r.project_id and (
        r.version not in (${lastPromoted(sql)}) or not exists (
          select from recommender.live_items i
          where i.project_id = r.project_id and i.item_id = r.item_id
        )
      )
      returning r.project_id, r.version
    )
    -- If such a version serves again, its rows are computed again.
    update recommender.learned_versions l set rows_to = 0
    from (select distinct project_id, version from left_over) r
      join recommender.recommender_projects p on p.id = r.project_id
    where l.project_id = r.project_id and l.version = r.version
      and l.version not in (${lastPromoted(sql)})`;
}

/** SQL query for the last two versions that were promoted in the project `p`. */
function lastPromoted(sql: Sql) {
  return sql`
    select o.version from recommender.promotions o
    where o.project_id = p.id
    order by o.id desc limit 2`;
}
