import type { Sql } from "postgres";

/** Maximum number of uploads deleted by one statement. */
const AT_ONCE = 100;

/** Deletes expired uploads that no project took; a trigger records their blobs for erasure. */
export async function expireUploads(sql: Sql): Promise<void> {
  while (await expireSome(sql) === AT_ONCE);
}

async function expireSome(sql: Sql): Promise<number> {
  const { count } = await sql`
    delete from recommender.uploads where id in (
      select id from recommender.uploads where expires_at < now()
      order by expires_at limit ${AT_ONCE}
      for update skip locked
    )`;
  return count;
}
