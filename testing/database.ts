/** Databases for tests, on the server that `task test` started. */
import postgres from "postgres";
import { connectedAs } from "../ops/database/connected_as.ts";
import { repeatOnDeadlock } from "../ops/database/deadlock.ts";

/** A migrated, empty database. */
export interface TestDatabase extends AsyncDisposable {
  url: string;
  /** Superuser pool, closed with the database. */
  sql: postgres.Sql;
  /** Pool under the services' role, for the code under test. */
  service: postgres.Sql;
}

/**
 * Creates a database from the migrated template; drops it at the end of the scope:
 *
 *     await using database = await testDatabase();
 *     const rows = await database.sql`select …`;
 *
 * @throws {Error} outside of `deno task test`, which starts the server
 */
export async function testDatabase(): Promise<TestDatabase> {
  const server = Deno.env.get("AIREC_TEST_POSTGRES");
  if (!server) {
    throw new Error("There is no Postgres to test on: run tests by `deno task test [paths]`.");
  }
  const shared = Deno.env.get("AIREC_TEST_DATABASE");
  if (shared) return await emptied(shared);
  const name = `test_${crypto.randomUUID().replaceAll("-", "")}`;
  const admin = postgres(server, { max: 1, onnotice: () => {} });
  // Copies the files: logging each of their blocks, the default, takes half as much time again.
  await admin`create database ${admin(name)} template airec_template strategy file_copy`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  const sql = postgres(url.href, { onnotice: () => {} });
  const service = postgres(connectedAs(url.href, "airec_service"), { onnotice: () => {} });
  return {
    url: url.href,
    sql,
    service,
    async [Symbol.asyncDispose]() {
      await Promise.all([sql.end(), service.end()]);
      await admin`drop database ${admin(name)} with (force)`;
      await admin.end();
    },
  };
}

/** Empties the shared database of a suite whose services are already running; not dropped. */
async function emptied(url: string): Promise<TestDatabase> {
  const sql = postgres(url, { onnotice: () => {} });
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname in ('auth', 'webhooks', 'recommender', 'http') and tablename <> 'installation'`;
  // In replica mode no trigger fires: the audit trail otherwise refuses deletions. Few rows are
  // deleted sooner than new files are made of all tables, as truncating them does.
  const empty = () =>
    sql.unsafe(`
      set local session_replication_role = replica;
      lock table ${tables.map(({ name }) => name).join(", ")} in exclusive mode;
      ${tables.map(({ name }) => `delete from ${name};`).join(" ")}`);
  // Background work of a service may hold a lock on a table and cause a deadlock; retry.
  await repeatOnDeadlock(empty, 10);
  const service = postgres(connectedAs(url, "airec_service"), { onnotice: () => {} });
  return {
    ...{ url, sql, service },
    [Symbol.asyncDispose]: async () => void await Promise.all([sql.end(), service.end()]),
  };
}
