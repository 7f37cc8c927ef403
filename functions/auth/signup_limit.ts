/**
 * How many accounts are made from one address: fifty in a quarter of an hour, whatever comes of
 * them, so that nobody fills the table, or keeps all hashing to himself while others sign in.
 */
import type { Sql } from "postgres";
import { ofNobody } from "../http/owned_by.ts";
import { Problem } from "../http/problem.ts";

/** More than a class or an office needs at a time. */
const SIGNUPS = 50;
const WINDOW = "15 minutes";

/** Counts a sign-up, before it costs anything. @throws {Problem} `too_many_requests`. */
export async function countSignup(sql: Sql, address: string): Promise<void> {
  const wait = await ofNobody(sql).begin(async (sql) => {
    // One at a time for each address: what is counted below was written before.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`signup ${address}`}, 0))`;
    await sql`
      delete from auth.signups where id in (
        select id from auth.signups where attempted_at <= now() - ${WINDOW}::interval
        limit 100 for update skip locked
      )`;
    const [{ wait }] = await sql<{ wait: number | null }[]>`
      with oldest as (
        select ceil(extract(epoch from attempted_at + ${WINDOW}::interval - now()))::int as wait
        from auth.signups
        where address = ${address} and attempted_at > now() - ${WINDOW}::interval
        order by attempted_at desc offset ${SIGNUPS - 1} limit 1
      ), counted as (
        insert into auth.signups (address) select ${address}::text where not exists (select from oldest)
      )
      select (select wait from oldest) as wait`;
    return wait;
  });
  if (wait === null) return;
  throw new Problem(
    "too_many_requests",
    `From one address at most ${SIGNUPS} accounts are made in a quarter of an hour; try again ` +
      `in ${Math.ceil(wait / 60)} minutes.`,
    { headers: { "retry-after": String(wait) } },
  );
}
