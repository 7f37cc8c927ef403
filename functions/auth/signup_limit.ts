/**
 * Rate limit of sign-ups: fifty from one address within 15 minutes, successful or not, so that one
 * client can neither fill the table nor occupy all hashing capacity.
 */
import type { Sql } from "postgres";
import { withoutOwner } from "../http/database/owned_by.ts";
import { Problem } from "../http/problem.ts";

/** Sign-ups allowed per address and window: enough for a school class behind one address. */
const SIGNUPS = 50;
const WINDOW = "15 minutes";

/** Counts a sign-up before its password is hashed. @throws {Problem} `too_many_requests`. */
export async function countSignup(sql: Sql, address: string): Promise<void> {
  const wait = await withoutOwner(sql).begin(async (sql) => {
    // Serialises sign-ups of an address, so that the count includes all earlier ones.
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
    `At most ${SIGNUPS} accounts can be created from one address in a quarter of an hour; try ` +
      `again in ${Math.ceil(wait / 60)} minutes.`,
    { headers: { "retry-after": String(wait) } },
  );
}
