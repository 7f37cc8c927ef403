import type { Sql } from "postgres";
import { requeued } from "../../functions/recommender/projects.ts";

/**
 * Queues the projects whose owners want them trained every so many hours and whose last training
 * ended that long ago; what serves goes on serving. None while retrains are paused. Their ids.
 */
export async function queueDueRetrains(sql: Sql): Promise<number[]> {
  const due = await sql<{ id: number }[]>`
    update recommender.recommender_projects set ${requeued(sql)}
    where not http.is_paused('retrains') and status = 'READY' and settings ? 'retrain_every'
      and finished_at < now() - (settings ->> 'retrain_every')::float * interval '1 hour'
    returning id`;
  return due.map(({ id }) => id);
}
