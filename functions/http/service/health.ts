/** `/health` reports that the process responds, `/ready` that its dependencies do. */
import type { Env, Hono } from "hono";
import type { Sql } from "postgres";

/**
 * Checks of dependencies by name; a check throws if the dependency is unavailable. If it returns
 * the dependency's time, in ms since 1970, the clocks are compared.
 */
export type Checks = Record<string, () => Promise<number | void>>;

/** Minimum clock difference to report, in seconds; smaller ones may be network latency. */
export const REPORTED_SKEW = 2;

/** How far the clocks of dependencies are ahead of this process, in seconds, by name. */
export type Skews = Record<string, number>;

/**
 * Adds `/health` and `/ready`. With an unavailable dependency `/ready` responds with 503 and lists
 * it; a differing clock is only reported, also to `skewed`.
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
      down.length === 0 ? {} : { "retry-after": "2" },
    );
  });
}

/** Runs all checks concurrently. */
async function check(checks: Checks): Promise<{ down: string[]; skews: Skews }> {
  const names = Object.keys(checks);
  const skews: Skews = {};
  const results = await Promise.allSettled(names.map(async (name) => {
    const skew = await skewOf(checks[name]);
    if (Math.abs(skew) >= REPORTED_SKEW) skews[name] = skew;
  }));
  return { down: names.filter((_, i) => results[i].status === "rejected"), skews };
}

/** Returns how far the dependency's clock is ahead, in seconds; 0 if it reports no time. */
export async function skewOf(check: Checks[string], clock = Date.now): Promise<number> {
  const sent = clock();
  const theirs = await check();
  if (theirs === undefined) return 0;
  // The dependency read its clock between sending and receiving.
  const [earliest, latest] = [sent, clock()];
  const ahead = theirs > latest ? theirs - latest : theirs < earliest ? theirs - earliest : 0;
  return Math.round(ahead / 100) / 10;
}

/** Returns the database's time in ms since 1970; throws if the database is unavailable. */
export async function databaseTime(sql: Sql): Promise<number> {
  const [{ now }] = await sql<{ now: number }[]>`
    select extract(epoch from clock_timestamp())::float8 * 1000 as now`;
  return now;
}
