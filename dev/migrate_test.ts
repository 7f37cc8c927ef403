import { assertEquals } from "@std/assert";
import { migrate } from "./migrate.ts";
import { testDatabase } from "./test_database.ts";

Deno.test("a migrated database has the contract's tables, and migrating again changes nothing", async () => {
  await using database = await testDatabase();

  assertEquals(await migrate(database.url), []);

  const tables = await database.sql`
    select table_schema || '.' || table_name as name from information_schema.tables
    where table_schema in ('auth', 'webhooks', 'recommender') order by 1`;
  assertEquals(tables.map((table) => table.name), [
    "auth.audit_entries",
    "auth.password_attempts",
    "auth.refresh_tokens",
    "auth.sessions",
    "auth.users",
    "recommender.erased_users",
    "recommender.erasures",
    "recommender.hidden_items",
    "recommender.installation",
    "recommender.promotions",
    "recommender.recommender_projects",
    "recommender.schema_mappings",
    "recommender.uploaded_files",
    "webhooks.api_keys",
    "webhooks.apps",
    "webhooks.deliveries",
    "webhooks.delivery_attempts",
    "webhooks.endpoints",
    "webhooks.events",
    "webhooks.rate_windows",
    "webhooks.usage",
    "webhooks.usage_days",
  ]);
});
