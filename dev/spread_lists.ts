/** Times of the demo's lists. */
import postgres, { type Sql } from "postgres";

/** Lists of a placement, by the times of their visits in milliseconds since 1970. */
export interface VisitLists {
  project: number;
  placement: string;
  times: number[];
  /** Times of those lists that were answered for an unknown user or history. */
  fallbacks: number[];
}

/**
 * Moves the sums of lists that were answered just now to the times of the visits which they stand
 * for: the API counts a list when it answers.
 */
export async function spreadLists(
  databaseUrl: string,
  { times, fallbacks, ...place }: VisitLists,
): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const pool = postgres(databaseUrl, { max: 1 });
  stack.defer(() => pool.end());
  await spread(pool, { ...place, type: "list", times });
  await spread(pool, { ...place, type: "fallback", times: fallbacks });
}

async function spread(
  pool: Sql,
  { project, placement, type, times }: {
    project: number;
    placement: string;
    type: "list" | "fallback";
    times: number[];
  },
): Promise<void> {
  await pool.begin(async (sql) => {
    const [counted] = await sql`
      select hour, version, variant, count from recommender.result_hours
      where project_id = ${project} and placement = ${placement} and type = ${type}
      order by hour desc limit 1 for update`;
    if (!counted) return;
    const moved = times.slice(0, Number(counted.count));
    await sql`
      update recommender.result_hours set count = count - ${moved.length}
      where project_id = ${project} and placement = ${placement} and type = ${type}
        and hour = ${counted.hour} and version = ${counted.version}
        and variant = ${counted.variant}`;
    await sql`
      insert into recommender.result_hours as h
        (project_id, hour, placement, version, variant, type, count)
      select ${project}, date_trunc('hour', to_timestamp(t.ms / 1000), 'UTC'), ${placement},
        ${counted.version}, ${counted.variant}, ${type}, count(*)
      from unnest(${moved}::float8[]) t(ms)
      group by 2
      on conflict (project_id, hour, placement, version, variant, type)
        do update set count = h.count + excluded.count`;
  });
}
