import postgres from "postgres";

/** An empty database without a schema. */
export interface NewDatabase extends AsyncDisposable {
  url: string;
  /** Superuser pool, closed with the database. */
  sql: postgres.Sql;
}

/**
 * Creates an empty database for tests of the migrations; dropped at the end of the scope.
 * @throws {Error} outside of `deno task test`, which starts the server
 */
export async function newDatabase(): Promise<NewDatabase> {
  const server = Deno.env.get("AIREC_TEST_POSTGRES");
  if (!server) throw new Error("Run tests by `deno task test [paths]`, which starts Postgres.");
  const name = `test_${crypto.randomUUID().replaceAll("-", "")}`;
  const admin = postgres(server, { max: 1, onnotice: () => {} });
  await admin`create database ${admin(name)}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  const sql = postgres(url.href, { onnotice: () => {} });
  return {
    url: url.href,
    sql,
    async [Symbol.asyncDispose]() {
      await sql.end();
      await admin`drop database ${admin(name)} with (force)`;
      await admin.end();
    },
  };
}
