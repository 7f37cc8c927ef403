import type { ISql } from "postgres";

/**
 * Returns an SQL expression for the name of a new blob, for use in the statement that inserts its
 * row, so no name exists without a row. The name contains the installation, since several may share
 * a store: `uploads/{installation}/{uuid}`.
 */
export function newBlobName(sql: ISql) {
  return sql`
    (select 'uploads/' || i.id || '/' || gen_random_uuid() from recommender.installation i)`;
}
