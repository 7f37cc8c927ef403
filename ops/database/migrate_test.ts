import { assert, assertEquals, assertRejects } from "@std/assert";
import postgres from "postgres";
import { ownedBy } from "../../functions/http/database/owned_by.ts";
import { MIGRATION_ATTEMPTS, repeatOnDeadlock } from "./deadlock.ts";
import { migrate } from "./migrate.ts";
import { testDatabase } from "../../testing/database.ts";

/** Tables whose names and columns are a public contract. */
const CONTRACT = [
  "auth.users",
  "webhooks.apps",
  "webhooks.usage",
  "webhooks.events",
  "webhooks.deliveries",
  "webhooks.delivery_attempts",
  "recommender.recommender_projects",
  "recommender.uploaded_files",
  "recommender.schema_mappings",
];

Deno.test("a migrated database has the contractual tables, and migrating again changes nothing", async () => {
  await using database = await testDatabase();

  assertEquals(await migrate(database.url), []);

  const tables = await database.sql<{ name: string }[]>`
    select table_schema || '.' || table_name as name from information_schema.tables`;
  const names = new Set(tables.map(({ name }) => name));
  for (const name of CONTRACT) assert(names.has(name), name);
});

Deno.test("a login that cannot create roles gets the administrator's commands, and then migrates", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const name = `plain_${crypto.randomUUID().replaceAll("-", "")}`;
  await sql`create role ${sql(name)} login password 'secret'`;
  await sql`create database ${sql(name)} owner ${sql(name)}`;
  const url = new URL(database.url);
  [url.username, url.password, url.pathname] = [name, "secret", `/${name}`];
  try {
    const refused = await assertRejects(
      () => migrate(url.href),
      Error,
      "lacks permission to create the roles",
    );
    // The roles exist on the server already, so only the grant of the message is needed.
    const grant = refused.message.match(/grant airec_.* with admin option;/)![0];
    await repeatOnDeadlock(() => sql.unsafe(grant), MIGRATION_ATTEMPTS);
    assert((await migrate(url.href)).length > 0);

    const plain = postgres(url.href, { onnotice: () => {} });
    const id = crypto.randomUUID();
    await ownedBy(plain, id)`
      insert into auth.users (id, name, email, password) values (${id}, 'Ada', 'a@example.org', '')`;
    assertEquals((await ownedBy(plain, id)`select from auth.users`).length, 1);
    assertEquals((await ownedBy(plain, crypto.randomUUID())`select from auth.users`).length, 0);
    await plain.end();
  } finally {
    await sql`drop database ${sql(name)} with (force)`;
    await repeatOnDeadlock(() => sql`drop role ${sql(name)}`, MIGRATION_ATTEMPTS);
  }
});
