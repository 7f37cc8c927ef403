/** `/health` says that the process answers, `/ready` that what it depends on does. */
import type { Env, Hono } from "hono";
import type { Sql } from "postgres";

/**
 * What must answer, by name; a check throws where it does not. One that returns the other side's
 * time, in milliseconds since 1970, has the clocks compared.
 */
export type Checks = Record<string, () => Promise<number | void>>;

/** Clocks that differ by less, in seconds, are not worth a word: answers take time, too. */
export const WORTH_A_WORD = 2;

/** By how much others' clocks are ahead of this process's, in seconds; those that matter. */
export type Skews = Record<string, number>;

/**
 * Adds both routes. A dependency that does not answer makes `/ready` 503 and is named; a clock that
 * differs is said, and changes nothing.
 */
export function addHealth<E extends Env>(
  app: Hono<E>,
  checks: Checks,
  { skewed = () => {} }: { skewed?: (skews: Skews) => void } = {},
): void {
  app.get("/health", (c) => c.json({ status: "ok" }));
  app.get("/ready", async (c) => {
    const { down, skews } = await check(checks);
    const isSkewed = Object.keys(skews).length > 0;
    if (isSkewed) skewed(skews);
    return c.json(
      {
        status: down.length === 0 ? "ok" : "unavailable",
        down,
        ...(isSkewed && { clock_skew_seconds: skews }),
      },
      down.length === 0 ? 200 : 503,
    );
  });
}

/** Asks all at once. */
async function check(checks: Checks): Promise<{ down: string[]; skews: Skews }> {
  const names = Object.keys(checks);
  const skews: Skews = {};
  const results = await Promise.allSettled(names.map(async (name) => {
    const skew = await skewOf(checks[name]);
    if (Math.abs(skew) >= WORTH_A_WORD) skews[name] = skew;
  }));
  return { down: names.filter((_, i) => results[i].status === "rejected"), skews };
}

/** By how much the clock of the other side is ahead, in seconds; 0 where it says no time. */
export async function skewOf(check: Checks[string], clock = Date.now): Promise<number> {
  const sent = clock();
  const theirs = await check();
  if (theirs === undefined) return 0;
  // It was read somewhere between question and answer.
  const [earliest, latest] = [sent, clock()];
  const ahead = theirs > latest ? theirs - latest : theirs < earliest ? theirs - earliest : 0;
  return Math.round(ahead / 100) / 10;
}

/** The database's time, which proves that it answers. */
export async function databaseTime(sql: Sql): Promise<number> {
  const [{ now }] = await sql<{ now: number }[]>`
    select extract(epoch from clock_timestamp())::float8 * 1000 as now`;
  return now;
}
