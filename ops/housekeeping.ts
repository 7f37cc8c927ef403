/**
 * `deno task housekeeping`: reports pending and failing erasures, users still to be erased, the
 * last sweep, orphaned files, and rows whose file is missing. In docker compose: `docker compose
 * run --rm auth run -A ops/housekeeping.ts`.
 */
import postgres, { type Sql } from "postgres";
import { ConfigError } from "../functions/http/config.ts";
import { operatedDatabase } from "./operated_database.ts";

/** Rows of a kind that are listed. */
const SHOWN = 50;

/** Returns the lines of the report. */
export async function housekeepingReport(sql: Sql): Promise<string[]> {
  const erasures = await waitingErasures(sql);
  const failing = erasures.filter(({ last_error }) => last_error !== null);
  const sweep = await lastSweep(sql);
  const findings = await leftovers(sql);
  const left = findings.filter(({ kind, removed_at }) => kind === "LEFTOVER" && !removed_at);
  const removed = findings.filter(({ removed_at }) => removed_at !== null);
  const missing = findings.filter(({ kind }) => kind === "MISSING");
  return [
    `Pending erasures: ${erasures.length}, ${failing.length} of them with failed attempts.`,
    ...shown(
      failing,
      ({ kind, name, attempts, next_try_at, last_error }) =>
        `  ${kind} ${name}: ${attempts} attempts, next ${time(next_try_at)}. ${last_error}`,
    ),
    sweepLine(sweep),
    `Orphaned files, deleted by the next sweep: ${left.length}.`,
    ...shown(
      left,
      ({ name, bytes, since, last_error }) =>
        `  ${name}: ${bytes} bytes of ${time(since!)}.${last_error ? ` ${last_error}` : ""}`,
    ),
    `Deleted in the last 30 days: ${removed.length}.`,
    `Rows whose file is missing: ${missing.length}.`,
    ...shown(
      missing,
      ({ name, project_id, found_at }) =>
        `  ${name} of project ${project_id}, missing since ${time(found_at)}.`,
    ),
    ...await forgettingLines(sql),
  ];
}

/** A pending erasure. */
export interface WaitingErasure {
  kind: string;
  name: string;
  attempts: number;
  next_try_at: Date;
  last_error: string | null;
}

/** Returns the pending erasures, those with the most attempts first. */
export async function waitingErasures(sql: Sql): Promise<WaitingErasure[]> {
  return await sql<WaitingErasure[]>`
    select kind, name, attempts, next_try_at, last_error
    from recommender.erasures order by attempts desc, id`;
}

interface WaitingPeople {
  project_id: number;
  people: number;
  since: Date;
  cause: string | null;
}

/** Returns lines about the projects with users still to be erased, the longest waiting first. */
async function forgettingLines(sql: Sql): Promise<string[]> {
  const projects = await sql<WaitingPeople[]>`
    select e.project_id, count(*)::int as people, min(e.erased_at) as since, f.cause
    from recommender.erased_users e
      left join recommender.forgetting f on f.project_id = e.project_id
    where e.forgotten_at is null
    group by e.project_id, f.cause order by since`;
  const people = projects.reduce((sum, project) => sum + project.people, 0);
  return [
    `Users to erase: ${people}.`,
    ...shown(
      projects,
      ({ project_id, people, since, cause }) =>
        `  ${people} of project ${project_id} since ${time(since)}.${cause ? ` ${cause}` : ""}`,
    ),
  ];
}

interface FinishedSweep {
  started_at: Date;
  finished_at: Date | null;
  found: number;
  removed: number;
  missing: number;
  error: string | null;
}

async function lastSweep(sql: Sql): Promise<FinishedSweep | undefined> {
  const [sweep] = await sql<FinishedSweep[]>`
    select started_at, finished_at, found, removed, missing, error
    from recommender.sweeps order by id desc limit 1`;
  return sweep;
}

interface Finding {
  kind: "LEFTOVER" | "MISSING";
  name: string;
  bytes: number;
  since: Date | null;
  project_id: number | null;
  found_at: Date;
  removed_at: Date | null;
  last_error: string | null;
}

async function leftovers(sql: Sql): Promise<Finding[]> {
  return await sql<Finding[]>`
    select kind, name, bytes::float8 as bytes, since, project_id, found_at, removed_at, last_error
    from recommender.leftovers order by found_at, name`;
}

function sweepLine(sweep: FinishedSweep | undefined): string {
  if (!sweep) return "No sweep has run yet.";
  const { started_at, finished_at, found, removed, missing, error } = sweep;
  if (!finished_at) return `A sweep has been running since ${time(started_at)}.`;
  return `Last sweep ${time(started_at)}: ${found} orphaned, ${removed} deleted, ${missing} ` +
    `missing.${error ? ` Incomplete: ${error}` : ""}`;
}

/** Returns a line for each of the first rows, and one with the number of the others. */
function shown<Row>(rows: Row[], line: (row: Row) => string): string[] {
  const more = rows.length - SHOWN;
  return [...rows.slice(0, SHOWN).map(line), ...(more > 0 ? [`  and ${more} more`] : [])];
}

const time = (date: Date) => date.toISOString().slice(0, 16).replace("T", " ");

if (import.meta.main) {
  try {
    const url = await operatedDatabase(Deno.env.toObject());
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    console.log((await housekeepingReport(sql)).join("\n"));
    await sql.end();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    Deno.exit(2);
  }
}
