/** The trending items of a project, as the trainer's housekeeping folds them from live events. */
import type { Sql } from "postgres";
import { ownedBy } from "../../http/database/owned_by.ts";

/** An item and its score at this moment: the sum of its events' weights, each halved by age. */
export interface TrendingItem {
  item_id: string;
  score: number;
}

/** Returns the items of one of the owner's projects with the highest scores. */
export async function trendingItems(
  sql: Sql,
  ownerId: string,
  { projectId, most }: { projectId: number; most: number },
): Promise<TrendingItem[]> {
  return await ownedBy(sql, ownerId)<TrendingItem[]>`
    select r.item_id,
      -- Postgres refuses a power that is 0 in floating point.
      2 ^ greatest(-900::float8, r.heat - extract(epoch from now())::float8 / 3600 / f.half_life)
        as score
    from recommender.trending r
      join recommender.trending_folds f on f.project_id = r.project_id
      join recommender.recommender_projects p on p.id = r.project_id
    where p.owner_id = ${ownerId} and p.id = ${projectId}
    order by r.heat desc, r.item_id
    limit ${most}`;
}
