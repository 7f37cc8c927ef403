/**
 * A real PostgreSQL from npm's binaries, for `task dev` and the tests: initialised at need, started
 * on loopback, started again where it ends by itself, and stopped with its owner.
 */
import { dirname, join, resolve } from "@std/path";
import { freePort } from "./free_port.ts";
import {
  exists,
  isReachable,
  postgresBinaries,
  ROOTS_FOLDER,
  runsAsRoot,
} from "./postgres_binaries.ts";
import { clusterName, endProcessesOn, processesOn } from "./postgres_processes.ts";
import { signalGroup, supervise } from "./supervisor.ts";

/** A running server. */
export interface Postgres {
  /** Of the superuser, database `airec`. The same after each restart. */
  url: string;
  /** Where its files lie. */
  folder: string;
  /** The process now; undefined between an end and its restart. */
  pid(): number | undefined;
  stop(): Promise<void>;
}

export interface PostgresOptions {
  password: string;
  /** False for tests: nothing is flushed to disk. */
  durable?: boolean;
  /** A free one by default. */
  port?: number;
  /** Gets a line when the server ends by itself, why, and when it is back. */
  say?: (line: string) => void;
}

/** PostgreSQL refuses to run as root; this user exists on every system. */
const NOBODY = 65534;
/**
 * A shutdown writes what is not yet in the data files; where that takes longer, the server is to end
 * without it, and the next start reads it from the log.
 */
const SHUTDOWN_MS = 6_000;
/** What has not ended by then hears nothing, and is killed. */
const END_MS = 9_000;
/** A disk that was full has its server back within this and its recovery. */
const LONGEST_WAIT_MS = 1_000;

/**
 * Starts a server whose data lie in `folder`, made on the first start, and keeps it running: after a
 * crash, a kill or a full disk it is started again, at the same address. A server that an ended
 * owner left running on the folder is stopped first.
 * @throws {Error} with the server's own words when it does not start the first time.
 */
export async function startPostgres(
  folder: string,
  { password, durable = true, port = freePort(), say = () => {} }: PostgresOptions,
): Promise<Postgres> {
  const root = runsAsRoot();
  const home = homeOf(folder);
  const user = { cwd: home, ...(root && { uid: NOBODY, gid: NOBODY }) };
  const binaries = await postgresBinaries();
  const data = join(home, "data");

  await Deno.mkdir(home, { recursive: true });
  if (root) await Deno.chown(home, NOBODY, NOBODY);
  if (!await exists(join(data, "PG_VERSION"))) await initialise();

  const first = Promise.withResolvers<void>();
  let isUp = false;
  let log = "";
  const supervisor = supervise([{
    name: "postgres",
    command: binaries.postgres,
    args: [
      ["-D", data, "-p", String(port), "-k", ""],
      ["-c", "listen_addresses=127.0.0.1", "-c", `cluster_name=${clusterName(data)}`],
      // All tests share one server, and Workers connect anew for each request.
      ["-c", `max_connections=${durable ? 200 : 600}`],
      durable
        ? []
        : ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"],
    ].flat(),
    ...user,
    before: () => endProcessesOn(data),
    // A fast shutdown: a smart one, SIGTERM's, waits for its clients.
    endSignal: "SIGINT",
    heard(line) {
      log = `${log}${line}\n`.slice(-4000);
      if (line.includes("ready to accept connections")) {
        if (isUp) say("is back");
        isUp = true;
        first.resolve();
      } else if (isUp && isGrave(line)) say(line);
    },
  }], {
    say(_, line) {
      if (isUp) say(line);
      else first.reject(new Error(`PostgreSQL did not start: ${line}\n${log}`));
    },
    graceMs: END_MS,
    backoffMs: 100,
    longestWaitMs: LONGEST_WAIT_MS,
  });
  try {
    await first.promise;
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: urlOf(port, password),
    folder: home,
    pid: () => supervisor.pidOf("postgres"),
    stop,
  };

  async function stop() {
    const hurry = setTimeout(() => {
      const pid = supervisor.pidOf("postgres");
      if (pid) signalGroup(pid, "SIGQUIT", { only: true });
    }, SHUTDOWN_MS);
    await supervisor.stop();
    clearTimeout(hurry);
    // The processes of connections outlive a server that was killed where they were stopped as well.
    await endProcessesOn(data);
  }

  async function initialise() {
    await Deno.remove(data, { recursive: true }).catch(() => {});
    // Beside the data: one that a process which is killed here leaves is written over by the next.
    const passwordFile = join(home, "initdb_password");
    await Deno.remove(passwordFile).catch(() => {});
    try {
      await Deno.writeTextFile(passwordFile, password, { createNew: true, mode: 0o600 });
      if (root) await Deno.chown(passwordFile, NOBODY, NOBODY);
      const { success, stderr } = await new Deno.Command(binaries.initdb, {
        args: [
          [`--pgdata=${data}`, "--username=airec", `--pwfile=${passwordFile}`],
          ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"],
          durable ? [] : ["--no-sync"],
        ].flat(),
        ...user,
        stdout: "null",
        stderr: "piped",
      }).output();
      if (!success) throw new Error(`initdb failed: ${new TextDecoder().decode(stderr)}`);
      await createDatabase();
    } catch (error) {
      await Deno.remove(data, { recursive: true }).catch(() => {});
      throw error;
    } finally {
      await Deno.remove(passwordFile);
    }
  }

  /** In single-user mode, so that a server that is up always has its database. */
  async function createDatabase() {
    const single = new Deno.Command(binaries.postgres, {
      args: ["--single", "-D", data, "postgres"],
      ...user,
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const input = single.stdin.getWriter();
    await input.write(new TextEncoder().encode("create database airec\n"));
    await input.close();
    await single.status;
  }
}

/** Whether a line of the server's log says why it ends; those about single connections do not. */
function isGrave(line: string): boolean {
  return /\b(PANIC|FATAL): /.test(line) &&
    !/the database system is|terminating connection|authentication failed/.test(line);
}

/** Stops a server that an ended owner left running on `folder`; none is no fault. */
export async function stopPostgresLeftIn(folder: string): Promise<void> {
  await endProcessesOn(join(homeOf(folder), "data"));
}

/** The URL of the server that runs on `folder`, whoever started it; null where none does. */
export async function runningPostgres(
  folder: string,
  { password }: Pick<PostgresOptions, "password">,
): Promise<string | null> {
  const data = join(homeOf(folder), "data");
  const { postmaster } = await processesOn(data);
  if (postmaster === undefined) return null;
  // The lines: process, data, start, port, … (PostgreSQL, "Database File Layout").
  const file = await Deno.readTextFile(join(data, "postmaster.pid")).catch(() => "");
  const [pid, , , port] = file.split("\n");
  return Number(pid) === postmaster && port ? urlOf(Number(port), password) : null;
}

/**
 * Brings the files of a server to where a folder that was moved has them: root's lie elsewhere, and
 * so did not move with it.
 */
export async function bringPostgresAlong(from: string, to: string): Promise<void> {
  const target = homeOf(to);
  if (await exists(join(target, "data", "PG_VERSION"))) return;
  for (const source of [homeOf(from), resolve(to)]) {
    if (source === target || !await exists(join(source, "data", "PG_VERSION"))) continue;
    await endProcessesOn(join(source, "data"));
    await Deno.mkdir(dirname(target), { recursive: true });
    await Deno.remove(target, { recursive: true }).catch(() => {});
    // `mv` goes on across file systems, and keeps whose the files are.
    const { success, stderr } = await new Deno.Command("mv", { args: [source, target] }).output();
    if (success) return;
    throw new Error(`The database did not move along: ${new TextDecoder().decode(stderr)}`);
  }
}

function urlOf(port: number, password: string): string {
  return `postgres://airec:${encodeURIComponent(password)}@127.0.0.1:${port}/airec`;
}

/** Where root's server cannot reach the folder, its files lie where it can. */
function homeOf(folder: string): string {
  const path = resolve(folder);
  return runsAsRoot() && !isReachable(path) ? join(ROOTS_FOLDER, path) : path;
}
