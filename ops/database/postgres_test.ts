import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import postgres from "postgres";
import { smallDisk } from "../../testing/faults/small_disk.ts";
import { ignoreWithout } from "../../testing/runner/optional_parts.ts";
import { type Postgres, runningPostgres, startPostgres, stopPostgresLeftIn } from "./postgres.ts";
import { processesOn } from "./postgres_processes.ts";
import { signalGroup } from "../processes/supervisor.ts";
import { until } from "../../testing/until.ts";

/** Creates a folder that the server's user may enter. */
async function folder(): Promise<string> {
  const path = await Deno.makeTempDir({ prefix: "airec-postgres-" });
  await Deno.chmod(path, 0o755);
  return path;
}

/** Returns the first column of the last row of a query on a new connection; null if it fails. */
async function asked(url: string, question: string): Promise<unknown> {
  const sql = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => {} });
  try {
    return (await sql.unsafe(question).values()).at(-1)?.[0] ?? undefined;
  } catch {
    return null;
  } finally {
    await sql.end({ timeout: 0 });
  }
}

const answers = (url: string) => asked(url, "select 1").then((answer) => answer === 1);

Deno.test({
  name:
    "a server is restarted after its postmaster was killed, even if its processes still hold resources",
  ignore: Deno.build.os === "windows",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const path = await folder();
    const said: string[] = [];
    const options = { password: "for a test", durable: false };
    const server = await startPostgres(join(path, "postgres"), {
      ...options,
      say: (line) => said.push(line),
    });
    const data = join(server.folder, "data");
    try {
      await asked(server.url, "create table kept as select 7 as n");
      // With synchronous_commit off, the checkpoint makes the table survive the kill. A query of
      // its own, since one text is one transaction.
      await asked(server.url, "checkpoint");
      const sql = postgres(server.url, { max: 1, connect_timeout: 2, onnotice: () => {} });
      const [{ pid }] = await sql`select pg_backend_pid() as pid`;
      // A stopped backend does not notice the postmaster's death and keeps the shared memory.
      Deno.kill(pid, "SIGSTOP");
      const before = server.pid()!;
      Deno.kill(before, "SIGKILL");
      await until(() => answers(server.url));
      assertEquals(await asked(server.url, "select n from kept"), 7);
      const { postmaster, children } = await processesOn(data);
      assert(postmaster !== before && !children.includes(pid));
      assertEquals(said.map((line) => line.replace(/in [\d.]+ s/, "in … s")), [
        "ended by SIGKILL; restarting in … s",
        "restarted",
      ]);
      await sql.end({ timeout: 0 });
    } finally {
      await server.stop();
    }
    assertEquals(await processesOn(data), { children: [] });

    // The process id in the pid file may belong to another program by now.
    const other = new Deno.Command("sleep", { args: ["600"], detached: true }).spawn();
    await Deno.writeTextFile(join(data, "postmaster.pid"), `${other.pid}\n${data}\n0\n1\n\n\n\n`);
    const next = await startPostgres(join(path, "postgres"), options);
    assertEquals(await asked(next.url, "select n from kept"), 7);
    await next.stop();
    signalGroup(other.pid, "SIGKILL");
    assertEquals((await other.status).signal, "SIGKILL");

    // A server that cannot start reports why and is not restarted.
    await Deno.writeTextFile(join(data, "postgresql.conf"), "no_such = 1\n");
    const failure = await startPostgres(join(path, "postgres"), options).catch((error) => error);
    assert(/PostgreSQL did not start[\s\S]*no_such/.test(failure.message), failure.message);
    assertEquals(await processesOn(data), { children: [] });
    await Deno.remove(path, { recursive: true });
  },
});

Deno.test({
  name: "a first start that is killed is repeated from the beginning by the next",
  ignore: Deno.build.os === "windows",
  async fn() {
    const path = await folder();
    const options = { password: "for a test", durable: false };
    const started = `
      import { startPostgres } from "${import.meta.resolve("./postgres.ts")}";
      await startPostgres("${path}/postgres", ${JSON.stringify(options)});`;
    // While initdb runs, after it, and while the database is created.
    for (const mark of ["PG_VERSION", "global/pg_control", "base/5/PG_VERSION"]) {
      const killed = new Deno.Command(Deno.execPath(), {
        args: ["eval", "--no-check", started],
        stdout: "null",
        stderr: "null",
      }).spawn();
      await until(() => isMade(`${path}/postgres`, mark), { everyMs: 5 });
      killed.kill("SIGKILL");
      assertEquals((await killed.status).signal, "SIGKILL");
    }
    await Deno.mkdir(`${path}/postgres/initdb-left/data`, { recursive: true });
    const server = await startPostgres(`${path}/postgres`, options);
    try {
      assert(await answers(server.url));
      await assertRejects(() => Deno.stat(`${path}/postgres/initdb-left`), Deno.errors.NotFound);
    } finally {
      await server.stop();
    }
    await Deno.remove(path, { recursive: true });
  },
});

/** Whether a file is in a data folder that is being made. */
async function isMade(home: string, file: string): Promise<boolean> {
  const names = await Array.fromAsync(Deno.readDir(home)).catch(() => []);
  const all = names.map(({ name }) => Deno.stat(`${home}/${name}/data/${file}`));
  return (await Promise.allSettled(all)).some(({ status }) => status === "fulfilled");
}

Deno.test({
  name: "a server stopped by a full disk is restarted within a second after space is free",
  ignore: ignoreWithout("small disk"),
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using disk = await smallDisk(120_000_000);
    const said: string[] = [];
    const ends = () => said.filter((line) => /restarting/.test(line)).length;
    const server = await startPostgres(join(disk.path, "postgres"), {
      password: "for a test",
      say: (line) => said.push(line),
    });
    try {
      await asked(server.url, "create table kept as select 7 as n");
      await disk.fill();
      // A new write-ahead log file does not fit: PANIC, and recovery fails as well.
      await until(async () => {
        await asked(server.url, "select pg_logical_emit_message(true, '', 'x'), pg_switch_wal()");
        return ends() >= 3;
      });
      assert(said.some((line) => /No space left/.test(line)), said.join("\n"));
      assert(!await answers(server.url));
      await disk.free();
      await until(() => answers(server.url));
      const waits = said.map((line) => Number(/again in ([\d.]+) s/.exec(line)?.[1] ?? 0));
      assert(Math.max(...waits) <= 1, said.join("\n"));
      assertEquals(await asked(server.url, "select n from kept"), 7);
    } finally {
      await server.stop();
    }
  },
});

Deno.test({
  name: "a copy of a running server's folder does not treat the original as its own server",
  ignore: Deno.build.os === "windows",
  async fn() {
    const path = await folder();
    const options = { password: "for a test", durable: false };
    const original = await startPostgres(join(path, "original"), options);
    let copy: Postgres | undefined;
    try {
      await asked(original.url, "create table whose as select 'original' as text");
      await asked(original.url, "checkpoint");
      await new Deno.Command("cp", { args: ["-a", join(path, "original"), join(path, "copy")] })
        .output();
      const before = original.pid();
      assertEquals(await runningPostgres(join(path, "copy"), options), null);
      assertEquals(await runningPostgres(join(path, "original"), options), original.url);
      await stopPostgresLeftIn(join(path, "copy"));
      copy = await startPostgres(join(path, "copy"), options);
      await asked(copy.url, "update whose set text = 'copy'");
      assertEquals(original.pid(), before);
      assertEquals(await asked(original.url, "select text from whose"), "original");
      assertEquals(await asked(copy.url, "select text from whose"), "copy");
      assertEquals(await runningPostgres(join(path, "copy"), options), copy.url);
    } finally {
      await copy?.stop();
      await original.stop();
    }
    await Deno.remove(path, { recursive: true });
  },
});
