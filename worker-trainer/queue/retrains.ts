import type { Sql } from "postgres";
import { requeued } from "../../functions/recommender/projects.ts";

/** Hours after which a project is trained without somebody who was erased. */
const UNLEARN_HOURS = 24;

/**
 * Queues the projects whose owners want them trained every so many hours and whose last training
 * ended that long ago, and those with somebody in their weights who was erased a day ago, if no
 * training was queued since; what serves goes on serving. None while retrains are paused. Their ids.
 */
export async function queueDueRetrains(sql: Sql): Promise<number[]> {
  const due = await sql<{ id: number }[]>`
    update recommender.recommender_projects p set ${requeued(sql)}
    where not http.is_paused('retrains') and status = 'READY' and (
      settings ? 'retrain_every'
        and finished_at < now() - (settings ->> 'retrain_every')::float * interval '1 hour'
      or exists (
        select from recommender.erased_users e
          join recommender.uploaded_files f on f.project_id = e.project_id
        where e.project_id = p.id and f.file_type = 'INTERACTION' and e.unlearned_at is null
          and e.erased_at < now() - make_interval(hours => ${UNLEARN_HOURS})
          and e.erased_at > greatest(p.queued_at, p.started_at)
      )
    )
    returning id`;
  return due.map(({ id }) => id);
}
