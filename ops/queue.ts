/**
 * `deno task queue [--json]`: reports running trainings, waiting ones in claim order, trainers with
 * their missing dependencies, and failing erasures. Owners are shown by id. In docker compose:
 * `docker compose run --rm auth run -A ops/queue.ts`.
 */
import postgres, { type Sql } from "postgres";
import { ConfigError } from "../functions/http/config.ts";
import { inOrder, type Waiting, waitingTrainings } from "../worker-trainer/queue/turns.ts";
import { type WaitingErasure, waitingErasures } from "./housekeeping.ts";
import { operatedDatabase } from "./operated_database.ts";

/** Content of the report. Times are Dates, in JSON ISO 8601. */
export interface QueueReport {
  running: Running[];
  /** In claim order. */
  waiting: Waiting[];
  /** Delayed after a crash or a missing dependency. */
  resting: Resting[];
  trainers: Trainer[];
  failing_erasures: WaitingErasure[];
}

interface Running {
  id: number;
  owner_id: string;
  stage: string | null;
  progress: number;
  /** Whether it searches for a better version than the first, which serves. */
  improving: boolean;
  started_at: Date;
  attempt: number;
  trainer_id: string | null;
  /** False if the lease has expired; the training will be claimed again. */
  is_held: boolean;
}

interface Resting {
  id: number;
  owner_id: string;
  not_before: Date;
  failures: number;
  deferrals: number;
  error: string | null;
}

interface Trainer {
  id: string;
  started_at: Date;
  seen_at: Date;
  is_silent: boolean;
  pauses: { dependency: string; since: string; detail: string }[];
}

/** Reads the queue. */
export async function queueReport(sql: Sql): Promise<QueueReport> {
  return {
    running: await running(sql),
    waiting: await waiting(sql),
    resting: await resting(sql),
    trainers: await trainers(sql),
    failing_erasures: (await waitingErasures(sql)).filter(({ last_error }) => last_error !== null),
  };
}

async function running(sql: Sql): Promise<Running[]> {
  return await sql<Running[]>`
    select id, owner_id, stage, progress, improving, started_at, attempt, trainer_id,
      lease_until >= now() as is_held
    from recommender.recommender_projects where status = 'PROCESSING' order by started_at, id`;
}

async function waiting(sql: Sql): Promise<Waiting[]> {
  const rows = await sql<Waiting[]>`
    select * from (${waitingTrainings(sql)}) w order by ${inOrder(sql)}`;
  return [...rows];
}

async function resting(sql: Sql): Promise<Resting[]> {
  return await sql<Resting[]>`
    select id, owner_id, not_before, failures, deferrals, error
    from recommender.recommender_projects
    where status = 'PENDING' and not_before > now() order by not_before, id`;
}

async function trainers(sql: Sql): Promise<Trainer[]> {
  return await sql<Trainer[]>`
    select id, started_at, seen_at, seen_at < now() - interval '30 seconds' as is_silent, pauses
    from recommender.trainers order by started_at, id`;
}

/** Returns the report as lines with columns. */
export function queueLines(report: QueueReport): string[] {
  const { trainers, failing_erasures: failing } = report;
  return [
    `Trainers: ${trainers.length}.`,
    ...columns(
      ["trainer", "seen", "state"],
      trainers.map(({ id, seen_at, is_silent, pauses: [pause] }) => [
        id,
        time(seen_at),
        is_silent
          ? "not responding"
          : pause
          ? `paused since ${pause.since.slice(0, 16).replace("T", " ")}: ${pause.dependency} is ` +
            `unavailable. ${pause.detail}`
          : "running",
      ]),
    ),
    `Running: ${report.running.length}.`,
    ...columns(
      ["project", "owner", "since", "done", "stage"],
      report.running.map(({ id, owner_id, started_at, progress, stage, improving, is_held }) => [
        String(id),
        owner_id,
        time(started_at),
        `${Math.floor(100 * progress)} %`,
        `${improving ? "search: " : ""}${stage ?? ""}${
          is_held ? "" : " (its trainer is not responding)"
        }`,
      ]),
    ),
    `Waiting, in claim order: ${report.waiting.length}.`,
    ...columns(
      ["project", "owner", "since", "turn", "class", "seconds"],
      report.waiting.map((one) => [
        String(one.id),
        one.owner_id,
        time(one.queued_at),
        one.is_abandoned
          ? "retry"
          : one.is_beyond
          ? `${one.turn}, behind others`
          : String(one.turn),
        String(one.class),
        one.seconds.toFixed(0),
      ]),
    ),
    `Delayed until the next attempt: ${report.resting.length}.`,
    ...columns(
      ["project", "owner", "until", "crashes", "reason"],
      report.resting.map(({ id, owner_id, not_before, failures, error }) => [
        String(id),
        owner_id,
        time(not_before),
        String(failures),
        error ?? "",
      ]),
    ),
    `Failing erasures: ${failing.length}.`,
    ...columns(
      ["kind", "name", "attempts", "next", "error"],
      failing.map(({ kind, name, attempts, next_try_at, last_error }) => [
        kind,
        name,
        String(attempts),
        time(next_try_at),
        last_error ?? "",
      ]),
    ),
  ];
}

/** Aligns rows below their headers; empty without rows. */
function columns(heads: string[], rows: string[][]): string[] {
  if (rows.length === 0) return [];
  const table = [heads, ...rows];
  const widths = heads.map((_, i) => Math.max(...table.map((row) => row[i].length)));
  return table.map((row) =>
    `  ${row.map((cell, i) => cell.padEnd(widths[i])).join("  ")}`.trimEnd()
  );
}

const time = (date: Date) => date.toISOString().slice(0, 19).replace("T", " ");

if (import.meta.main) {
  try {
    const url = await operatedDatabase(Deno.env.toObject());
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    const report = await queueReport(sql);
    console.log(
      Deno.args.includes("--json")
        ? JSON.stringify(report, null, 2)
        : queueLines(report).join("\n"),
    );
    await sql.end();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    Deno.exit(2);
  }
}
