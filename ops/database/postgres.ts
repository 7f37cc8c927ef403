/**
 * PostgreSQL from npm's binaries, for `task dev` and the tests: initialized if needed, started on
 * loopback, restarted after a crash, stopped with its owner.
 */
import { basename, dirname, join, resolve } from "@std/path";
import { freePort } from "../processes/free_port.ts";
import {
  exists,
  isReachable,
  postgresBinaries,
  ROOTS_FOLDER,
  runsAsRoot,
} from "./postgres_binaries.ts";
import { clusterName, endProcessesOn, processesOn } from "./postgres_processes.ts";
import { signalGroup, supervise } from "../processes/supervisor.ts";

/** A running server. */
export interface Postgres {
  /** URL of the superuser's database `airec`; unchanged by restarts. */
  url: string;
  /** Folder of its files. */
  folder: string;
  /** Current process id; undefined between a crash and the restart. */
  pid(): number | undefined;
  stop(): Promise<void>;
}

export interface PostgresOptions {
  password: string;
  /** False for tests: writes are not flushed to disk, and connecting costs few password hashes. */
  durable?: boolean;
  /** A free port by default. */
  port?: number;
  /** Receives a line when the server ends unexpectedly, with the reason, and when it is back. */
  say?: (line: string) => void;
}

/** User id of `nobody`, which exists on every system: PostgreSQL refuses to run as root. */
const NOBODY = 65534;
/**
 * Time for a fast shutdown, which writes a checkpoint. After it the server ends without one, and
 * the next start recovers from the write-ahead log.
 */
const SHUTDOWN_MS = 6_000;
/** Processes that still run after this time are killed. */
const END_MS = 9_000;
/** Start of the names of folders in which data folders are made. */
const FRESH = "initdb-";
/** Longest backoff between restarts, so that a server whose disk was full returns soon. */
const LONGEST_WAIT_MS = 1_000;

/**
 * Starts a server with its data in `folder`, initialized on the first start, and restarts it at the
 * same address after a crash, a kill or a full disk. A server that an earlier owner left running on
 * the folder is stopped first.
 * @throws {Error} with the server's log if the first start fails
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
  await removeUnfinished(home);
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
    // SIGINT is a fast shutdown; a smart one, by SIGTERM, waits for the clients.
    endSignal: "SIGINT",
    heard(line) {
      log = `${log}${line}\n`.slice(-4000);
      if (line.includes("ready to accept connections")) {
        if (isUp) say("restarted");
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
    // Backends can outlive a killed server if they were stopped (SIGSTOP).
    await endProcessesOn(data);
  }

  /** Makes the data folder elsewhere and renames it, so that it is complete whenever it exists. */
  async function initialise() {
    await Deno.remove(data, { recursive: true }).catch(() => {});
    // Unique: the `initdb` of a killed process may still be writing to its own.
    const fresh = await Deno.makeTempDir({ dir: home, prefix: FRESH });
    const made = join(fresh, "data");
    const passwordFile = join(fresh, "password");
    try {
      await Deno.writeTextFile(passwordFile, password, { createNew: true, mode: 0o600 });
      if (root) {
        for (const path of [fresh, passwordFile]) await Deno.chown(path, NOBODY, NOBODY);
      }
      await run(
        binaries.initdb,
        [
          [`--pgdata=${made}`, "--username=airec", `--pwfile=${passwordFile}`],
          ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"],
          durable ? [] : ["--no-sync", "--set=scram_iterations=1"],
        ].flat(),
      );
      // In single-user mode, so that a running server always has its database.
      await run(binaries.postgres, ["--single", "-D", made, "postgres"], "create database airec\n");
      await Deno.rename(made, data);
    } finally {
      await Deno.remove(fresh, { recursive: true });
    }
  }

  /** Runs a program of the server to its end. */
  async function run(program: string, args: string[], input = "") {
    const running = new Deno.Command(program, {
      args,
      ...user,
      stdin: "piped",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const stdin = running.stdin.getWriter();
    const given = stdin.write(new TextEncoder().encode(input)).then(() => stdin.close());
    const [{ success, stderr }] = await Promise.all([running.output(), given.catch(() => {})]);
    if (success) return;
    throw new Error(`${basename(program)} failed: ${new TextDecoder().decode(stderr)}`);
  }
}

/** Removes what killed first starts left. */
async function removeUnfinished(home: string): Promise<void> {
  for await (const { name } of Deno.readDir(home)) {
    if (!name.startsWith(FRESH)) continue;
    // It fails if `initdb` still writes there; the next start tries again.
    await Deno.remove(join(home, name), { recursive: true }).catch(() => {});
  }
}

/** Whether a log line explains why the server ends; errors of single connections do not. */
function isGrave(line: string): boolean {
  return /\b(PANIC|FATAL): /.test(line) &&
    !/the database system is|terminating connection|authentication failed/.test(line);
}

/** Stops a server that an earlier owner left running on `folder`, if there is one. */
export async function stopPostgresLeftIn(folder: string): Promise<void> {
  await endProcessesOn(join(homeOf(folder), "data"));
}

/** Returns the URL of the server running on `folder`, or null. */
export async function runningPostgres(
  folder: string,
  { password }: Pick<PostgresOptions, "password">,
): Promise<string | null> {
  const data = join(homeOf(folder), "data");
  const { postmaster } = await processesOn(data);
  if (postmaster === undefined) return null;
  // Lines of the file: process, data, start, port, … (PostgreSQL, "Database File Layout").
  const file = await Deno.readTextFile(join(data, "postmaster.pid")).catch(() => "");
  const [pid, , , port] = file.split("\n");
  return Number(pid) === postmaster && port ? urlOf(Number(port), password) : null;
}

/**
 * Moves a server's files to the place for a moved folder: root's files are outside of the folder,
 * so they did not move with it.
 */
export async function bringPostgresAlong(from: string, to: string): Promise<void> {
  const target = homeOf(to);
  if (await exists(join(target, "data", "PG_VERSION"))) return;
  for (const source of [homeOf(from), resolve(to)]) {
    if (source === target || !await exists(join(source, "data", "PG_VERSION"))) continue;
    await endProcessesOn(join(source, "data"));
    await Deno.mkdir(dirname(target), { recursive: true });
    await Deno.remove(target, { recursive: true }).catch(() => {});
    // `mv` works across file systems and keeps the owner of the files.
    const { success, stderr } = await new Deno.Command("mv", { args: [source, target] }).output();
    if (success) return;
    throw new Error(`Moving the database files failed: ${new TextDecoder().decode(stderr)}`);
  }
}

function urlOf(port: number, password: string): string {
  return `postgres://airec:${encodeURIComponent(password)}@127.0.0.1:${port}/airec`;
}

/**
 * Returns the folder of the server's files: `folder`, or one in `ROOTS_FOLDER` if this process is
 * root and `nobody` cannot enter `folder`.
 */
function homeOf(folder: string): string {
  const path = resolve(folder);
  return runsAsRoot() && !isReachable(path) ? join(ROOTS_FOLDER, path) : path;
}
