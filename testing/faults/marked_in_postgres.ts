/** Finds a text in the files of a Postgres server. */
import { relative } from "@std/path";
import { markedFiles } from "./marked_files.ts";
import type { OwnPostgres } from "../own_postgres.ts";

/**
 * Vacuums the tables, recycles the write-ahead log, and returns the files that still contain the
 * mark: by table name for a table, its indexes and TOAST, else by path in the data folder. There
 * must be no concurrent writes.
 */
export async function markedInPostgres(
  { sql, data }: Pick<OwnPostgres, "sql" | "data">,
  mark: string,
): Promise<string[]> {
  await sql`alter system set wal_recycle = off`;
  await sql`select pg_reload_conf()`;
  // A plain vacuum does not overwrite the rows that it frees.
  await sql`vacuum (full)`;
  // A segment of the log is needed until the next checkpoint, which deletes it.
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
  // Further segments of a table, such as 16384.1, and its maps, such as 16384_fsm.
  return [...new Set(marked.map((path) => names.get(path.replace(/[._]\w+$/, "")) ?? path))].sort();
}
