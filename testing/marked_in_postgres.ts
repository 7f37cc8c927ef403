/** Where a Postgres of a test's own still holds a mark, found by the bytes of its files. */
import { relative } from "@std/path";
import { markedFiles } from "./marked_files.ts";
import type { OwnPostgres } from "./own_postgres.ts";

/**
 * Returns what holds a mark once the rows that are gone are taken out of the tables' files and of the
 * write-ahead log: the file of a table, an index of it or its long values by the table's name, any
 * other by its path in the data folder. Nobody else may write meanwhile.
 */
export async function markedInPostgres(
  { sql, data }: Pick<OwnPostgres, "sql" | "data">,
  mark: string,
): Promise<string[]> {
  await sql`alter system set wal_recycle = off`;
  await sql`select pg_reload_conf()`;
  // A plain vacuum leaves the bytes of rows that it frees.
  await sql`vacuum (full)`;
  // What a segment of the log holds is needed until the checkpoint after; then the file goes.
  for (let i = 0; i < 2; i++) {
    await sql`select pg_switch_wal()`;
    await sql`checkpoint`;
  }
  const files = await sql<{ path: string; name: string }[]>`
    select pg_relation_filepath(c.oid) as path,
      coalesce(i.indrelid, t.oid, ti.oid, c.oid)::regclass::text as name
    from pg_class c
      left join pg_index i on i.indexrelid = c.oid
      left join pg_class t on t.reltoastrelid = c.oid
      left join pg_class ti on ti.reltoastrelid = i.indrelid
    where pg_relation_filepath(c.oid) is not null`;
  const names = new Map(files.map(({ path, name }) => [path, name]));
  const marked = (await markedFiles(data, mark)).map((path) => relative(data, path));
  // Beside a table's first file lie its further ones, 16384.1, and its maps, 16384_fsm.
  return [...new Set(marked.map((path) => names.get(path.replace(/[._]\w+$/, "")) ?? path))].sort();
}
