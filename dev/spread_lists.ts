/** Times of the demo's lists. */
import postgres from "postgres";

/**
 * Moves the sums of lists that were answered just now to the times of the visits which they stand
 * for: the API counts a list when it answers.
 * @param times of the visits, in milliseconds since 1970, one a list.
 */
export async function spreadLists(
  databaseUrl: string,
  { project, placement, times }: { project: number; placement: string; times: number[] },
): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const pool = postgres(databaseUrl, { max: 1 });
  stack.defer(() => pool.end());
  await pool.begin(async (sql) => {
    const [counted] = await sql`
      select hour, version, variant, count from recommender.result_hours
      where project_id = ${project} and placement = ${placement} and type = 'list'
      order by hour desc limit 1 for update`;
    if (!counted) return;
    const moved = times.slice(0, Number(counted.count));
    await sql`
      update recommender.result_hours set count = count - ${moved.length}
      where project_id = ${project} and placement = ${placement} and type = 'list'
        and hour = ${counted.hour} and version = ${counted.version}
        and variant = ${counted.variant}`;
    await sql`
      insert into recommender.result_hours as h
        (project_id, hour, placement, version, variant, type, count)
      select ${project}, date_trunc('hour', to_timestamp(t.ms / 1000), 'UTC'), ${placement},
        ${counted.version}, ${counted.variant}, 'list', count(*)
      from unnest(${moved}::float8[]) t(ms)
      group by 2
      on conflict (project_id, hour, placement, version, variant, type)
        do update set count = h.count + excluded.count`;
  });
}
