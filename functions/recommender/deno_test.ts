/** The service as a separate process over real HTTP: what `app.request` does not cover. */
import { assert, assertEquals } from "@std/assert";
import type { Sql } from "postgres";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { listening } from "../../testing/listening.ts";
import { until } from "../../testing/until.ts";
import { ACCESS, mintToken } from "../http/identity/identity.ts";

const SECRET = "a secret of more than thirty-two bytes";
const MIB = 1024 * 1024;

interface Service extends AsyncDisposable {
  url: string;
  pid: number;
  blobs: string;
  token: string;
  sql: Sql;
  /** Sends SIGTERM; returns the exit code. */
  stop(): Promise<number>;
}

async function start(
  environment: Record<string, string> = {},
  { largestFile }: { largestFile?: number } = {},
): Promise<Service> {
  const database: TestDatabase = await testDatabase();
  const blobs = await Deno.makeTempDir({ prefix: "airec-recommender-" });
  const [{ id: owner }] = await database.sql`
    insert into auth.users (name, email, password) values ('Ann', 'ann@example.test', '')
    returning id`;
  const run = ["run", "-A", "--no-check", new URL("deno.ts", import.meta.url).pathname];
  // A file size limit with its signal ignored behaves like a full disk, without a mount.
  const limit = `trap '' XFSZ; ulimit -f ${Math.ceil((largestFile ?? 0) / 512)}; exec "$0" "$@"`;
  const [program, args] = largestFile === undefined
    ? [Deno.execPath(), run]
    : ["sh", ["-c", limit, Deno.execPath(), ...run]];
  const child = new Deno.Command(program, {
    args,
    env: {
      DATABASE_URL: database.url,
      RECOMMENDER_PORT: "0",
      JWT_SECRET: SECRET,
      SERVICE_SECRET: `${SECRET}!`,
      BLOBS_FOLDER: blobs,
      MLFLOW_TRACKING_URI: "",
      ...environment,
    },
    stdout: "piped",
  }).spawn();
  const { url, silent } = await listening(child);
  const stop = async () => {
    try {
      child.kill("SIGTERM");
    } catch {
      // Already ended.
    }
    await silent;
    return (await child.status).code;
  };
  return {
    url,
    pid: child.pid,
    blobs,
    token: await mintToken(owner, { kind: ACCESS, secret: SECRET, seconds: 600 }),
    sql: database.sql,
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      await database[Symbol.asyncDispose]();
      await Deno.remove(blobs, { recursive: true });
    },
  };
}

/** Returns a form with about `mebibytes` MiB of interactions, and its size. */
function form(mebibytes: number) {
  const encoder = new TextEncoder();
  const head = encoder.encode(
    `--${BOUNDARY}\r\ncontent-disposition: form-data; name="project_name"\r\n\r\nLarge\r\n` +
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name="interaction_schema_json"\r\n\r\n` +
      `{"user_id":"user","item_id":"item","rating":"rating"}\r\n` +
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name="interaction_file"; ` +
      `filename="ratings.csv"\r\n\r\nuser,item,rating\n`,
  );
  const rows = encoder.encode(
    Array.from({ length: MIB / 16 }, (_, i) => `${1e6 + i % 999},${1e5 + i},4\n`).join(""),
  );
  const tail = encoder.encode(`\r\n--${BOUNDARY}--\r\n`);
  return {
    bytes: head.length + mebibytes * rows.length + tail.length,
    *pieces() {
      yield head;
      for (let i = 0; i < mebibytes; i++) yield rows;
      yield tail;
    },
  };
}

const BOUNDARY = "airec-boundary";

/**
 * Sends a form over its own connection, each piece after the service has read the previous one.
 * @param options.cutOff number of bytes after which the connection is closed.
 * @param options.sent called, and awaited, after each piece with the number of bytes written.
 * @returns status and body of the response; status 0 without one.
 */
async function upload(
  { url, token }: Service,
  { bytes, pieces }: ReturnType<typeof form>,
  { cutOff = Infinity, sent = () => {} }: {
    cutOff?: number;
    sent?: (written: number) => void | Promise<void>;
  } = {},
): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const answer = new Response(connection.readable).text().catch(() => "");
  const writer = connection.writable.getWriter();
  try {
    await writer.write(new TextEncoder().encode(
      `POST /create-project/ HTTP/1.1\r\nhost: ${hostname}\r\nconnection: close\r\n` +
        `authorization: Bearer ${token}\r\ncontent-length: ${bytes}\r\n` +
        `content-type: multipart/form-data; boundary=${BOUNDARY}\r\n\r\n`,
    ));
    let written = 0;
    for (const piece of pieces()) {
      if (written >= cutOff) return { status: 0, body: "" };
      await writer.write(piece);
      written += piece.length;
      await sent(written);
    }
  } catch {
    // The service has responded and closed the connection before everything was sent.
  }
  const text = await answer;
  return {
    status: Number(text.match(/^HTTP\/1.1 (\d+)/)![1]),
    body: text.slice(text.indexOf("\r\n\r\n") + 4),
  };
}

/** Returns the peak memory of a process in bytes, as reported by Linux. */
async function peakMemory(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(status.match(/VmHWM:\s+(\d+) kB/)![1]) * 1024;
}

/** Counts the files under `uploads/`, including unfinished ones. */
async function stored({ blobs }: Service): Promise<{ names: number; bytes: number }> {
  const sum = { names: 0, bytes: 0 };
  async function count(folder: string): Promise<void> {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (isDirectory) {
        await count(`${folder}/${name}`);
        continue;
      }
      sum.names++;
      sum.bytes += (await Deno.stat(`${folder}/${name}`)).size;
    }
  }
  await count(`${blobs}/uploads`).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  return sum;
}

Deno.test({
  name: "300 MB are uploaded in constant memory",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using service = await start();
    assertEquals((await upload(service, form(4))).status, 201);
    const before = await peakMemory(service.pid);
    const { status, body } = await upload(service, form(300));
    assertEquals(status, 201, body);
    const grown = await peakMemory(service.pid) - before;
    assert(grown < 128 * MIB, `Memory grew by ${grown / MIB} MiB.`);
    const { id } = JSON.parse(body);
    const [{ bytes }] = await service.sql`
      select bytes::float from recommender.uploaded_files where project_id = ${id}`;
    assert(bytes > 300 * MIB, `${bytes} bytes were stored.`);
    assertEquals((await stored(service)).names, 2);
  },
});

Deno.test("an upload that is cut off leaves no blob and no project", async () => {
  await using service = await start();
  const { status } = await upload(service, form(3), { cutOff: 2 * MIB });
  assertEquals(status, 0);
  await until(async () => (await stored(service)).names === 0);
  assertEquals(await stored(service), { names: 0, bytes: 0 });
  const projects = await fetch(`${service.url}/projects/`, {
    headers: { authorization: `Bearer ${service.token}` },
  });
  assertEquals([projects.status, await projects.json()], [200, []]);
});

Deno.test("an upload over the limit is 413 while it is still being sent", async () => {
  await using service = await start({ UPLOAD_LIMIT_BYTES: String(2 * MIB) });
  const { status, body } = await upload(service, form(64));
  assertEquals(status, 413);
  assertEquals(JSON.parse(body).code, "too_large");
  assertEquals(await stored(service), { names: 0, bytes: 0 });
});

Deno.test({
  name: "a full disk is 507, nothing of the file is stored, and the service continues",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using service = await start({}, { largestFile: 4 * MIB });
    const { status, body } = await upload(service, form(16));
    assertEquals([status, JSON.parse(body).code], [507, "storage_full"]);
    assertEquals(await stored(service), { names: 0, bytes: 0 });
    assertEquals((await upload(service, form(1))).status, 201);
    assertEquals((await stored(service)).names, 1);
  },
});

Deno.test("SIGTERM lets an upload in progress finish, and exits 0", async () => {
  await using service = await start();
  let code: Promise<number> | undefined;
  const { status } = await upload(service, form(8), {
    async sent(written) {
      if (code || written < MIB) return;
      // The upload is in progress once its row exists.
      await until(async () => (await service.sql`select from recommender.uploads`).length > 0);
      code = service.stop();
    },
  });
  assertEquals(status, 201);
  assertEquals(await code, 0);
});

Deno.test("SIGTERM ends open event streams and does not wait for them", async () => {
  await using service = await start();
  const { body } = await upload(service, form(1));
  const { id } = JSON.parse(body);
  const stream = await fetch(`${service.url}/project/${id}/events`, {
    headers: { authorization: `Bearer ${service.token}` },
  });
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await reader.read();
  assert(value!.startsWith("event: project\ndata: {"), value);
  const code = service.stop();
  for (let done = false; !done;) ({ done } = await reader.read());
  assertEquals(await code, 0);
});
