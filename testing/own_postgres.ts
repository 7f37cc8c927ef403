/**
 * A Postgres server of a single test, which may stop, pause and start it; the suite's server is
 * shared.
 */
import { join } from "@std/path";
import postgres, { type Sql } from "postgres";
import { freePort } from "../ops/processes/free_port.ts";
import { migrate } from "../ops/database/migrate.ts";
import { startPostgres } from "../ops/database/postgres.ts";
import { processesOn } from "../ops/database/postgres_processes.ts";
import { signalGroup } from "../ops/processes/supervisor.ts";

/** A running server with a migrated database; stopped at the end of the scope. */
export interface OwnPostgres extends AsyncDisposable {
  url: string;
  /** Data folder. */
  data: string;
  /** Superuser pool. */
  sql: Sql;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Suspends all its processes by SIGSTOP: it accepts connections, but does not respond. */
  pause(): Promise<void>;
  /** Resumes the suspended processes. */
  resume(): void;
}

/** Starts a server. */
export async function ownPostgres(): Promise<OwnPostgres> {
  const folder = await Deno.makeTempDir({ prefix: "airec-own-postgres-" });
  await Deno.chmod(folder, 0o755);
  const options = { password: crypto.randomUUID(), port: freePort() };
  const start = () => startPostgres(join(folder, "postgres"), options);
  let server = await start();
  await migrate(server.url);
  const sql = postgres(server.url, { onnotice: () => {} });
  let paused: number[] = [];
  const signal = (name: Deno.Signal) => {
    for (const pid of paused) signalGroup(pid, name, { only: true });
  };
  const resume = () => {
    signal("SIGCONT");
    paused = [];
  };
  return {
    url: server.url,
    data: join(server.folder, "data"),
    sql,
    stop: () => server.stop(),
    async start() {
      server = await start();
    },
    async pause() {
      const postmaster = server.pid()!;
      // The postmaster first, so that it starts no other process meanwhile.
      signalGroup(postmaster, "SIGSTOP", { only: true });
      const { children } = await processesOn(join(server.folder, "data"));
      paused = [postmaster, ...children];
      signal("SIGSTOP");
    },
    resume,
    async [Symbol.asyncDispose]() {
      resume();
      await sql.end({ timeout: 1 });
      await server.stop();
      await Deno.remove(folder, { recursive: true });
    },
  };
}
