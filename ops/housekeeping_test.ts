import { assertEquals, assertMatch } from "@std/assert";
import { testDatabase } from "../testing/database.ts";
import { housekeepingReport } from "./housekeeping.ts";

Deno.test("an operator sees what fails, what is left over and what is missing", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  assertEquals(await housekeepingReport(sql), [
    "Pending erasures: 0, 0 of them with failed attempts.",
    "No sweep has run yet.",
    "Orphaned files, deleted by the next sweep: 0.",
    "Deleted in the last 30 days: 0.",
    "Rows whose file is missing: 0.",
    "Users to erase: 0.",
  ]);

  await sql`
    insert into recommender.erasures (kind, name, attempts, last_error)
    values ('BLOB', 'uploads/a', 3, 'It is not allowed.'), ('BLOB', 'uploads/b', 0, null)`;
  await sql`
    insert into recommender.sweeps (lease_until, finished_at, found, removed, missing)
    values (now(), now(), 2, 1, 1)`;
  await sql`
    insert into recommender.leftovers (kind, name, bytes, since, project_id, removed_at)
    values ('LEFTOVER', 'uploads/c', 7, '2026-01-02T03:04:05Z', null, null),
      ('LEFTOVER', 'uploads/d', 7, '2026-01-02T03:04:05Z', null, now()),
      ('MISSING', 'uploads/e', 0, null, 5, null)`;
  const lines = await housekeepingReport(sql);
  assertEquals(lines[0], "Pending erasures: 2, 1 of them with failed attempts.");
  assertMatch(lines[1], /^ {2}BLOB uploads\/a: 3 attempts, next .* It is not allowed\.$/);
  assertMatch(lines[2], /^Last sweep .*: 2 orphaned, 1 deleted, 1 missing\.$/);
  assertEquals(lines[4], "  uploads/c: 7 bytes of 2026-01-02 03:04.");
  assertEquals(lines[5], "Deleted in the last 30 days: 1.");
  assertMatch(lines[7], /^ {2}uploads\/e of project 5, missing since /);
});
