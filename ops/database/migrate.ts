/**
 * Migrates a database to the current schema: applies each file of `migrations/` once, in order,
 * then the changed ones of `migrations/functions/`, all in one transaction, so that a failed
 * migration leaves the database unchanged.
 */
import { fromFileUrl, join } from "@std/path";
import postgres from "postgres";
import { MIGRATION_ATTEMPTS, repeatOnDeadlock } from "./deadlock.ts";
import { applyFunctions, sqlFunctions } from "./sql_functions.ts";

const FOLDER = fromFileUrl(new URL("../../migrations", import.meta.url));
/** Key of the advisory lock that serializes migrations; an arbitrary number. */
const LOCK = 7_241_853;

/** Applies the missing migrations and the changed functions; returns the names of their files. */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    await checkLogin(sql);
    return await repeatOnDeadlock(
      () => sql.begin((sql) => applySchema(sql)),
      MIGRATION_ATTEMPTS,
    );
  } finally {
    await sql.end();
  }
}

/**
 * Applies the missing migrations and the changed functions within a transaction; returns the names
 * of their files. Functions of a database that a newer version has migrated are left as they are,
 * since its services may depend on them.
 */
export async function applySchema(sql: postgres.TransactionSql): Promise<string[]> {
  const names = migrationNames();
  const migrations = await applyMigrations(sql, names);
  const isNewer = (await appliedMigrations(sql)).some((name) => !names.includes(name));
  const functions = isNewer ? [] : await applyFunctions(sql, await sqlFunctions());
  return [...migrations, ...functions.map((name) => `functions/${name}`)];
}

/** Applies the missing ones of the named migrations within a transaction; returns their names. */
export async function applyMigrations(
  sql: postgres.TransactionSql,
  names: string[],
): Promise<string[]> {
  await sql`select pg_advisory_xact_lock(${LOCK})`;
  await sql`
    create table if not exists public.airec_migrations (
      name text primary key,
      applied_at timestamptz not null default now()
    )`;
  const done = await appliedMigrations(sql);
  const missing = names.filter((name) => !done.includes(name));
  for (const name of missing) {
    await sql.unsafe(await Deno.readTextFile(join(FOLDER, name)));
    await sql`insert into public.airec_migrations (name) values (${name})`;
  }
  return missing;
}

/** Returns the names of the applied migrations, in order; empty for a new database. */
export async function appliedMigrations(sql: postgres.ISql): Promise<string[]> {
  const [{ table }] = await sql`select to_regclass('public.airec_migrations') as table`;
  if (table === null) return [];
  const rows = await sql<
    { name: string }[]
  >`select name from public.airec_migrations order by name`;
  return rows.map(({ name }) => name);
}

/** Roles used by row-level security; the migrations create the missing ones. */
const ROLES = ["airec_service", "airec_trainer", "airec_sender"];

/** @throws {Error} with the SQL for an administrator, if the login may not create the roles */
export async function checkLogin(sql: postgres.ISql): Promise<void> {
  const [{ login, lacking }] = await sql<{ login: string; lacking: string[] }[]>`
    select current_user as login, array(
      select name from unnest(${ROLES}::text[]) as name
      where not exists (
        select from pg_roles r
        where r.rolname = name and pg_has_role(current_user, r.oid, 'MEMBER WITH ADMIN OPTION')
      )
    ) as lacking
    from pg_roles where rolname = current_user and not rolsuper and not rolcreaterole`
    .then(([row]) => [row ?? { login: "", lacking: [] }]);
  if (lacking.length === 0) return;
  throw new Error(
    `The login ${login} lacks permission to create the roles ${lacking.join(", ")}, which ` +
      `row-level security requires. Run once as an administrator of the database: ` +
      lacking.map((name) => `create role ${name} nologin;`).join(" ") +
      ` grant ${lacking.join(", ")} to "${login}" with admin option;`,
  );
}

/** Returns the names of this version's migrations, in order. */
export function migrationNames(): string[] {
  return Array.from(Deno.readDirSync(FOLDER), (entry) => entry.name)
    .filter((name) => name.endsWith(".sql")).sort();
}

/** Returns the schemas that the migrations create. */
export async function ownSchemas(): Promise<string[]> {
  const texts = migrationNames().map((name) => Deno.readTextFile(join(FOLDER, name)));
  return (await Promise.all(texts)).flatMap((text) =>
    Array.from(text.matchAll(/^create schema (\w+);/gm), ([, name]) => name)
  );
}

if (import.meta.main) {
  const url = Deno.env.get("DATABASE_URL");
  if (!url) {
    console.error("DATABASE_URL is not set: it selects the database to migrate.");
    Deno.exit(2);
  }
  const applied = await migrate(url).catch((error) => {
    console.error(error.message);
    Deno.exit(1);
  });
  console.log(applied.length > 0 ? `Applied ${applied.join(", ")}.` : "The schema is up to date.");
}
