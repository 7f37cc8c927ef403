import type { Sql } from "postgres";
import { requeued } from "../../functions/recommender/projects/projects.ts";
import { lockQuotas, QUOTAS } from "../../functions/recommender/projects/quotas.ts";
import { SETTING_LIMITS } from "../../functions/recommender/projects/settings.ts";
import { transaction } from "../runtime/transaction.ts";

/** Hours after an erasure until a project is retrained without the erased user. */
const UNLEARN_HOURS = 24;

export interface RetrainOptions {
  /** Maximum number of an owner's waiting and running trainings. */
  trainings?: number;
  /** Minimum hours between two trainings of a project, whatever its owner set. */
  leastHours?: number;
}

/**
 * Queues projects that are due for a retrain: those whose `retrain_every` has passed since their
 * last training, and those that learned from a user erased a day ago, unless queued since. The
 * longest-ago training comes first, within the owner's quota; champions keep serving. None are
 * queued while retrains are paused. Returns their ids.
 */
export async function queueDueRetrains(
  sql: Sql,
  { trainings = QUOTAS.trainings, leastHours = SETTING_LIMITS.retrainHours }: RetrainOptions = {},
): Promise<number[]> {
  const isDue = sql`
    not http.is_paused('retrains') and p.status = 'READY' and (
      p.settings ? 'retrain_every' and p.finished_at < now()
        - greatest((p.settings ->> 'retrain_every')::float, ${leastHours}) * interval '1 hour'
      or exists (
        select from recommender.erased_users e
          join recommender.uploaded_files f on f.project_id = e.project_id
        where e.project_id = p.id and f.file_type = 'INTERACTION' and e.unlearned_at is null
          and e.erased_at < now() - make_interval(hours => ${UNLEARN_HOURS})
          and e.erased_at > greatest(p.queued_at, p.started_at)
      )
    )`;
  const owners = await sql<{ owner_id: string }[]>`
    select distinct owner_id from recommender.recommender_projects p where ${isDue}`;
  const queued: number[] = [];
  for (const { owner_id } of owners) {
    const due = await transaction(sql, async (sql) => {
      await lockQuotas(sql, owner_id);
      return await sql<{ id: number }[]>`
        update recommender.recommender_projects set ${requeued(sql)}
        where id in (
          select id from recommender.recommender_projects p
          where p.owner_id = ${owner_id} and ${isDue}
          order by p.finished_at
          limit greatest(0, ${trainings} - (
            select count(*) from recommender.recommender_projects o
            where o.owner_id = ${owner_id} and o.status in ('PENDING', 'PROCESSING')
          ))
        ) and status = 'READY'
        returning id`;
    });
    queued.push(...due.map(({ id }) => id));
  }
  return queued;
}
