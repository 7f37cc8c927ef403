/**
 * Rate limit of wrong passwords: five within 15 minutes for each pair of account and address, and
 * fifty for each address over all accounts, against trying one common password on many. Others
 * cannot lock a user out, and a lock expires. Attempts are counted before they are checked, so a
 * hundred concurrent ones are five; and at most ten of one address are checked at a time, so that
 * even correct passwords cannot occupy all hashing capacity.
 */
import type { Sql } from "postgres";
import { withoutOwner } from "../http/database/owned_by.ts";
import { Problem } from "../http/problem.ts";
import { type AuditEntry, note } from "./audit.ts";

export interface LimitedTry {
  /** Email address as entered; it need not belong to an account. */
  email: string;
  /** Client address of the attempt. */
  address: string;
  /** Audit entry of a failure, if the email address belongs to an account. */
  failure: Pick<AuditEntry, "action" | "detail">;
}

/** Result of a check: the value found, or the id of the account with the wrong password, or null. */
export type Checked<Found> = { found: Found } | { refused: string | null };

const FAILURES = 5;
/** Limit of one address over all accounts: more than a household or an office needs. */
const ADDRESS_FAILURES = 50;
const WINDOW = "15 minutes";
/** Maximum concurrent checks of one address. Older attempts were left by a process that died. */
const CHECKED_AT_ONCE = 10;
const LONGEST_CHECK = "1 minute";
/** Maximum wait for concurrent checks, and the first polling interval, in ms. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 50;

/**
 * Runs a password check under the limit. A wrong password is counted and recorded, a correct one
 * resets the count, and a check that throws does not count.
 * @returns what was found, or null.
 * @throws {Problem} `too_many_requests` with Retry-After, before anything is checked.
 */
export async function limited<Found>(
  sql: Sql,
  tried: LimitedTry,
  check: () => Promise<Checked<Found>>,
): Promise<Found | null> {
  const id = await beginTry(sql, tried);
  const checked = await check().catch(async (error) => {
    await sql`delete from auth.password_attempts where id = ${id}`;
    throw error;
  });
  if ("found" in checked) {
    await forgetTries(sql, id);
    return checked.found;
  }
  // The same steps with and without an account, so that timing does not reveal whether it exists.
  await withoutOwner(sql).begin(async (sql) => {
    await sql`update auth.password_attempts set has_failed = true where id = ${id}`;
    await note(sql, checked.refused ?? NOBODY, tried.failure);
  });
  return null;
}

const NOBODY = "00000000-0000-0000-0000-000000000000";

/** Adds an attempt; waits while the limit consists of attempts that may still succeed. */
async function beginTry(sql: Sql, tried: LimitedTry): Promise<string> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let lookMs = LOOK_MS;; lookMs *= 2) {
    const { id, failures, wait, addressWait } = await reserveTry(sql, tried);
    if (id !== null) return id;
    if (addressWait !== null) throw tooMany(ADDRESS_FAILURES, addressWait);
    if (failures >= FAILURES) throw tooMany(FAILURES, wait);
    if (Date.now() > deadline) {
      throw new Problem(
        "too_many_requests",
        "Too many passwords from your address are being checked right now; please try again.",
        { headers: { "retry-after": "5" } },
      );
    }
    // Exponential backoff with jitter limits the load of waiting attempts.
    await new Promise((resolve) => setTimeout(resolve, lookMs * (0.5 + Math.random())));
  }
}

function tooMany(failures: number, seconds: number): Problem {
  const minutes = Math.ceil(seconds / 60);
  return new Problem(
    "too_many_requests",
    `The password was wrong ${failures} times; try again in ${minutes} minute${
      minutes === 1 ? "" : "s"
    }.`,
    { headers: { "retry-after": String(seconds) } },
  );
}

interface Reservation {
  /** Id of the attempt, or null if the limit is reached. */
  id: string | null;
  failures: number;
  /** Seconds until the oldest attempt expires. */
  wait: number;
  /** Seconds until the address is below its limit; null if it is. */
  addressWait: number | null;
}

async function reserveTry(sql: Sql, { email, address }: LimitedTry): Promise<Reservation> {
  return await withoutOwner(sql).begin(async (sql) => {
    const account = sql`sha256(convert_to(lower(${email}), 'UTF8'))`;
    // Serialises attempts of a pair, so that the count includes all earlier ones.
    await sql`select pg_advisory_xact_lock(hashtextextended(lower(${email}) || ' ' || ${address}, 0))`;
    await sql`
      delete from auth.password_attempts where id in (
        select id from auth.password_attempts
        where attempted_at <= now() - ${WINDOW}::interval
        limit 100 for update skip locked
      )`;
    const [reservation] = await sql<Reservation[]>`
      with known as (
        select * from auth.password_attempts
        where account = ${account} and address = ${address}
          and attempted_at > now() - ${WINDOW}::interval
      ), of_address as (
        select ceil(extract(epoch from attempted_at + ${WINDOW}::interval - now()))::int as wait
        from auth.password_attempts
        where address = ${address} and has_failed
          and attempted_at > now() - ${WINDOW}::interval
        order by attempted_at desc
        offset ${ADDRESS_FAILURES - 1} limit 1
      ), checked as (
        select from auth.password_attempts
        where address = ${address} and not has_failed
          and attempted_at > now() - ${LONGEST_CHECK}::interval
      ), taken as (
        insert into auth.password_attempts (account, address)
        select ${account}, ${address}
        where (select count(*) from known) < ${FAILURES} and not exists (select from of_address)
          and (select count(*) from checked) < ${CHECKED_AT_ONCE}
        returning id
      )
      select (select id from taken) as id,
        (select count(*) filter (where has_failed) from known)::int as failures,
        (select ceil(extract(epoch from min(attempted_at) + ${WINDOW}::interval - now()))
         from known)::int as wait,
        (select wait from of_address) as "addressWait"`;
    return reservation;
  });
}

/** Deletes the failures before a correct password, and its own attempt. */
async function forgetTries(sql: Sql, id: string): Promise<void> {
  await sql`
    delete from auth.password_attempts a using auth.password_attempts mine
    where mine.id = ${id} and a.account = mine.account and a.address = mine.address
      and (a.has_failed or a.id = mine.id)`;
}
