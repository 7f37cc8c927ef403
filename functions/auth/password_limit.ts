/**
 * How often a password may be wrong: five times in a quarter of an hour for each account and
 * address it is tried from, and fifty times from one address whatever the accounts, so that nobody
 * tries one common password on all. A stranger elsewhere locks nobody out, and a lock ends by itself.
 * Tries are counted before they are checked, so that a hundred at once are five; and ten of one
 * address are checked at a time, so that nobody keeps all hashing to himself, be his passwords right.
 */
import type { Sql } from "postgres";
import { ofNobody } from "../http/owned_by.ts";
import { Problem } from "../http/problem.ts";
import { type AuditEntry, note } from "./audit.ts";

export interface LimitedTry {
  /** The email address as it was typed; it need not be anybody's. */
  email: string;
  /** Where the try comes from. */
  address: string;
  /** What is noted of a failure where the address is an account's. */
  failure: Pick<AuditEntry, "action" | "detail">;
}

/** What a check came to: what it found, or whose password was wrong, null for nobody's. */
export type Checked<Found> = { found: Found } | { refused: string | null };

const FAILURES = 5;
/** Of one address over all accounts: more than a household or an office needs. */
const ADDRESS_FAILURES = 50;
const WINDOW = "15 minutes";
/** Of one address at a time; one that is older than a check takes was left by a process that died. */
const CHECKED_AT_ONCE = 10;
const LONGEST_CHECK = "1 minute";
/** How long a try waits for others that are being checked, and how soon it looks first. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 50;

/**
 * Runs a check of a password under the limit. A password that was wrong counts and is noted, one
 * that was right clears the count, and a check that throws counts for nothing.
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
  // One transaction with the same steps for everybody, so that its time tells nothing.
  await ofNobody(sql).begin(async (sql) => {
    await sql`update auth.password_attempts set has_failed = true where id = ${id}`;
    await note(sql, checked.refused ?? NOBODY, tried.failure);
  });
  return null;
}

const NOBODY = "00000000-0000-0000-0000-000000000000";

/** Takes one of the free places; waits where all that is in the way may yet succeed. */
async function beginTry(sql: Sql, tried: LimitedTry): Promise<string> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let lookMs = LOOK_MS;; lookMs *= 2) {
    const { id, failures, wait, addressWait } = await takePlace(sql, tried);
    if (id !== null) return id;
    if (addressWait !== null) throw tooMany(ADDRESS_FAILURES, addressWait);
    if (failures >= FAILURES) throw tooMany(FAILURES, wait);
    if (Date.now() > deadline) {
      throw new Problem(
        "too_many_requests",
        "Too many passwords from your address are being checked at this moment; please try again.",
        { headers: { "retry-after": "5" } },
      );
    }
    // Each time half as often, by chance: a crowd that waits is no load of its own.
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

interface Place {
  /** The try's id, or null where no place is free. */
  id: string | null;
  failures: number;
  /** Seconds until the oldest failure is forgotten. */
  wait: number;
  /** Seconds until the address has one failure less than it may; null where it has fewer. */
  addressWait: number | null;
}

async function takePlace(sql: Sql, { email, address }: LimitedTry): Promise<Place> {
  return await ofNobody(sql).begin(async (sql) => {
    const account = sql`sha256(convert_to(lower(${email}), 'UTF8'))`;
    // One at a time for each pair: what is counted below was written before.
    await sql`select pg_advisory_xact_lock(hashtextextended(lower(${email}) || ' ' || ${address}, 0))`;
    await sql`
      delete from auth.password_attempts where id in (
        select id from auth.password_attempts
        where attempted_at <= now() - ${WINDOW}::interval
        limit 100 for update skip locked
      )`;
    const [place] = await sql<Place[]>`
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
    return place;
  });
}

/** The password was right: what was wrong before is forgotten. */
async function forgetTries(sql: Sql, id: string): Promise<void> {
  await sql`
    delete from auth.password_attempts a using auth.password_attempts mine
    where mine.id = ${id} and a.account = mine.account and a.address = mine.address
      and (a.has_failed or a.id = mine.id)`;
}
