/**
 * Row-level security of each table in the catalogue: under the services' role, a statement without
 * an owner filter affects no other owner's rows.
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Sql, TransactionSql } from "postgres";
import { ownedBy } from "../functions/http/database/owned_by.ts";
import { addOwnedRows, NOBODYS } from "../testing/owned_rows.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";

/** SQLSTATE of a missing privilege and of a row refused by a policy. */
const REFUSED = "42501";

Deno.test("every table with an account's rows has row-level security", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  for (const { name, secured, policies } of await tables(sql)) {
    assert(secured, `${name} needs row-level security, or a place among what no account owns`);
    assert(policies.includes("airec_service"), `${name} needs a policy for airec_service`);
  }
  const roles = await sql`
    select rolname from pg_roles r
    where rolname like 'airec\\_%' and (rolsuper or rolbypassrls or rolcanlogin or rolcreaterole
      or exists (select from pg_class where relowner = r.oid))`;
  assertEquals(roles.length, 0, "a role of the services may do too much");
});

Deno.test("a statement without an owner filter affects only the owner's rows", async () => {
  await using database = await testDatabase();
  const { sql, service } = database;
  const [ada, eve] = await twoAccounts(database);
  const sees = async (name: string, owner: string | null) => {
    const count = (sql: Sql | TransactionSql) =>
      sql<{ rows: number }[]>`select count(*)::int as rows from ${sql(name)}`;
    const [{ rows }] = owner === null
      ? await count(service)
      : await ownedBy(service, owner).begin((sql) => count(sql));
    return rows;
  };
  for (const { name } of await tables(sql)) {
    const [{ all }] = await sql`select count(*)::int as all from ${sql(name)}`;
    const [hers, others] = [await sees(name, ada), await sees(name, eve)];
    assert(
      hers > 0 && others > 0,
      `${name} was not tried: testing/owned_rows.ts has no row for it`,
    );
    assertEquals(hers + others, all, `${name} shows a row to both or to nobody`);
    assertEquals(await sees(name, null), 0, `${name} shows rows where there is no owner`);
    await changesNothingOf(database, { name, ada, eve });
  }
});

Deno.test("no function that bypasses row-level security is open to every role", async () => {
  await using database = await testDatabase();
  const open = await database.sql<{ name: string }[]>`
    select p.oid::regprocedure::text as name
    from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
    where p.prosecdef and p.prorettype <> 'trigger'::regtype and a.grantee = 0
      and p.pronamespace::regnamespace::text in ('auth', 'http', 'recommender', 'webhooks')
    order by 1`;
  assertEquals(open.map(({ name }) => name), []);
  const [ada] = await twoAccounts(database);
  await assertRejects(
    () => database.service`select webhooks.emit(${ada}, 'model.ready', '{}')`,
    "permission denied",
  );
});

Deno.test("row-level security applies to a login without a role parameter", async () => {
  await using database = await testDatabase();
  const [ada] = await twoAccounts(database);
  const rows = await ownedBy(database.sql, ada)`select from recommender.recommender_projects`;
  assertEquals(rows.length, 1);
  const [{ role }] = await database.sql`select current_user as role`;
  assertEquals(role, "airec");
});

/** Checks that Ada cannot change, delete, take over or copy a row of Eve's. */
async function changesNothingOf(
  { sql, service }: TestDatabase,
  { name, ada, eve }: { name: string; ada: string; eve: string },
): Promise<void> {
  const columns = await sql<{ column: string }[]>`
    select attname as column from pg_attribute
    where attrelid = ${name}::regclass and attnum > 0 and not attisdropped and attgenerated = ''
    order by attnum`;
  const names = columns.map(({ column }) => column);
  const before = await sql`select to_jsonb(t)::text as row from ${sql(name)} t order by 1`;
  const [theirs] = await rowsOf(sql, { name, owner: eve });

  const forgetting: ((sql: TransactionSql) => Promise<unknown>)[] = [
    (sql) => sql`delete from ${sql(name)} t where to_jsonb(t) = ${theirs}::text::jsonb`,
    ...names.includes("owner_id")
      ? [(sql: TransactionSql) => sql`update ${sql(name)} set owner_id = ${eve}`]
      : [],
    (sql) =>
      sql`
      insert into ${sql(name)} (${sql(names)}) overriding system value
      select ${sql(names)} from jsonb_populate_record(null::${sql(name)}, ${theirs}::text::jsonb)`,
  ];
  for (const [i, statement] of forgetting.entries()) {
    const run = () => ownedBy(service, ada).begin(statement);
    if (i === 0) await run().catch(refused);
    else assertEquals((await assertRejects(run) as { code?: string }).code, REFUSED, name);
  }
  const after = await sql`select to_jsonb(t)::text as row from ${sql(name)} t order by 1`;
  assertEquals(after, before, name);
}

/**
 * Returns a row of an owner as JSON, selected by row-level security itself, whose reading was
 * checked before.
 */
async function rowsOf(sql: Sql, { name, owner }: { name: string; owner: string }) {
  const rows = await ownedBy(sql, owner).begin((sql) =>
    sql<{ row: string }[]>`select to_jsonb(t)::text as row from ${sql(name)} t limit 1`
  );
  return rows.map(({ row }) => row);
}

function refused(error: { code?: string }): void {
  assertEquals(error.code, REFUSED);
}

async function twoAccounts({ sql }: TestDatabase): Promise<[string, string]> {
  const ids = await sql<{ id: string }[]>`
    insert into auth.users (name, email, password)
    values ('Ada', 'ada@example.org', ''), ('Eve', 'eve@example.org', '')
    returning id`;
  for (const { id } of ids) await addOwnedRows(sql, id);
  return [ids[0].id, ids[1].id];
}

/** Returns our tables, except those without owned rows. */
async function tables(sql: Sql) {
  const all = await sql<{ name: string; secured: boolean; policies: string[] }[]>`
    select n.nspname || '.' || c.relname as name, c.relrowsecurity as secured, coalesce((
      select array_agg(r.rolname::text) from pg_policy p join pg_roles r on r.oid = any (p.polroles)
      where p.polrelid = c.oid
    ), '{}') as policies
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname in ('auth', 'http', 'recommender', 'webhooks')
    order by 1`;
  return all.filter(({ name }) => !NOBODYS.includes(name));
}
