import type { Sql } from "postgres";

/** So many uploads are deleted by one statement. */
const AT_ONCE = 100;

/** Deletes the uploads that no project took in time; a trigger notes their bytes for erasure. */
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
