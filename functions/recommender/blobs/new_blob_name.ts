import type { ISql } from "postgres";

/**
 * The name of an upload's blob that is about to be stored, as an expression for the statement that
 * notes it: no name is made without a row. It says whose it is, as several installations may share
 * a store: `uploads/{installation}/{uuid}`.
 */
export function newBlobName(sql: ISql) {
  return sql`
    (select 'uploads/' || i.id || '/' || gen_random_uuid() from recommender.installation i)`;
}
