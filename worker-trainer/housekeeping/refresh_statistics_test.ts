import { assertEquals } from "@std/assert";
import type { Sql } from "postgres";
import { connectedAs } from "../../ops/database/connected_as.ts";
import { testDatabase } from "../../testing/database.ts";
import postgres from "postgres";
import { refreshStatistics } from "./refresh_statistics.ts";

/** Returns whether Postgres's statistics contain a text. */
async function isSampled(sql: Sql, text: string): Promise<boolean> {
  const [{ found }] = await sql<{ found: boolean }[]>`
    select exists (
      select from pg_stats s where s::text like ${`%${text}%`}
        and schemaname in ('auth', 'webhooks', 'recommender', 'http')
    ) as found`;
  return found;
}

async function addAccounts(sql: Sql, domain: string): Promise<void> {
  await sql`
    insert into auth.users (name, email, password)
    select 'Ada', n || ${`@${domain}`}, '' from generate_series(1, 20) n`;
}

Deno.test("statistics contain no value of deleted accounts, even for a table that became empty", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  await using trainer = Object.assign(postgres(connectedAs(database.url, "airec_trainer")), {
    async [Symbol.asyncDispose]() {
      await trainer.end();
    },
  });
  await addAccounts(sql, "gone.example");
  await addAccounts(sql, "here.example");
  await sql`analyze`;
  assertEquals([await isSampled(sql, "gone.example"), await isSampled(sql, "here.example")], [
    true,
    true,
  ]);

  await refreshStatistics(trainer);
  await sql`delete from auth.users where email like '%@gone.example'`;
  assertEquals(await isSampled(sql, "gone.example"), true);
  await refreshStatistics(trainer);
  assertEquals([await isSampled(sql, "gone.example"), await isSampled(sql, "here.example")], [
    false,
    true,
  ]);

  await sql`delete from auth.users`;
  await refreshStatistics(trainer);
  assertEquals(await isSampled(sql, "here.example"), false);
  assertEquals((await sql`select from http.stale_statistics`).length, 0);
});

Deno.test("an erased user's id is not sampled in the statistics of the table that stores it", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const [{ id: owner }] = await sql`
    insert into auth.users (name, email, password) values ('Ada', 'ada@here.example', '')
    returning id`;
  const [{ id: project }] = await sql`
    insert into recommender.recommender_projects (owner_id, project_name, model_type)
    values (${owner}, 'Films', 'CONTENT') returning id`;
  await sql`
    insert into recommender.erased_users (project_id, user_id)
    select ${project}, 'person-' || n from generate_series(1, 20) n`;
  await sql`analyze`;
  // The outbox keeps a row for each user until it has processed them.
  assertEquals(await isSampled(sql, "person-1"), true);
  await sql`delete from webhooks.forgettings`;
  await refreshStatistics(sql);
  assertEquals(await isSampled(sql, "person-1"), false);
});
