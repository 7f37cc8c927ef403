import { assert, assertEquals } from "@std/assert";
import { migrate } from "./migrate.ts";
import { testDatabase } from "./test_database.ts";

/** The tables whose names and columns others may rely on. */
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

Deno.test("a migrated database has the contract's tables, and migrating again changes nothing", async () => {
  await using database = await testDatabase();

  assertEquals(await migrate(database.url), []);

  const tables = await database.sql<{ name: string }[]>`
    select table_schema || '.' || table_name as name from information_schema.tables`;
  const names = new Set(tables.map(({ name }) => name));
  for (const name of CONTRACT) assert(names.has(name), name);
});
