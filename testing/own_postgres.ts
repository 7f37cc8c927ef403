/** A Postgres of a test's own, which it may stop, pause and start: the suite's is everybody's. */
import { join } from "@std/path";
import postgres, { type Sql } from "postgres";
import { freePort } from "../dev/free_port.ts";
import { migrate } from "../dev/migrate.ts";
import { startPostgres } from "../dev/postgres.ts";
import { processesOn } from "../dev/postgres_processes.ts";
import { signalGroup } from "../dev/supervisor.ts";

/** A running server with a migrated database; ends with its scope. */
export interface OwnPostgres extends AsyncDisposable {
  url: string;
  /** A pool on it; it may do anything. */
  sql: Sql;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Stops every process of it by SIGSTOP: it accepts connections, and answers nothing. */
  pause(): Promise<void>;
  /** Lets what was paused go on. */
  resume(): void;
}

/** Starts one. */
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
    sql,
    stop: () => server.stop(),
    async start() {
      server = await start();
    },
    async pause() {
      const postmaster = server.pid()!;
      // First, so that it starts no other process meanwhile.
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
