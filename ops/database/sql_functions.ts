/**
 * SQL functions whose current definition is a file of `migrations/functions/`, with its grants.
 * They are applied after the migrations, where the file has changed.
 */
import { createHash } from "node:crypto";
import { fromFileUrl, join } from "@std/path";
import type { TransactionSql } from "postgres";

const FOLDER = fromFileUrl(new URL("../../migrations/functions", import.meta.url));

/** Returns the texts of the files by name, such as `webhooks.note_key.sql`, in their order. */
export async function sqlFunctions(): Promise<Map<string, string>> {
  const names = Array.from(Deno.readDirSync(FOLDER), ({ name }) => name)
    .filter((name) => name.endsWith(".sql")).sort();
  const texts = names.map((name) => Deno.readTextFile(join(FOLDER, name)));
  return new Map((await Promise.all(texts)).map((text, i) => [names[i], text]));
}

/**
 * Executes the files that differ from those last applied, within the transaction of
 * `applyMigrations`, after all migrations, under its lock. Returns their names.
 */
export async function applyFunctions(
  sql: TransactionSql,
  files: Map<string, string>,
): Promise<string[]> {
  await sql`
    create table if not exists public.airec_functions (
      name text primary key,
      sha256 text not null,
      applied_at timestamptz not null default now()
    )`;
  const rows = await sql<{ name: string; sha256: string }[]>`
    select name, sha256 from public.airec_functions`;
  const applied = new Map(rows.map(({ name, sha256 }) => [name, sha256]));
  const changed: string[] = [];
  for (const [name, text] of files) {
    const sha256 = createHash("sha256").update(text).digest("hex");
    if (applied.get(name) === sha256) continue;
    await sql.unsafe(text);
    await sql`
      insert into public.airec_functions (name, sha256) values (${name}, ${sha256})
      on conflict (name) do update set sha256 = excluded.sha256, applied_at = now()`;
    changed.push(name);
  }
  // A file that is removed and restored is applied again.
  await sql`delete from public.airec_functions where name <> all (${[...files.keys()]}::text[])`;
  return changed;
}
