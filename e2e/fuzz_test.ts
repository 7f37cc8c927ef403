import { assert, assertEquals } from "@std/assert";
import { type FuzzedRequest, fuzzedRequests } from "../testing/fuzz.ts";
import { type ServiceName, startApi, type TestApi } from "../testing/api.ts";

const SERVICES = ["auth", "recommender", "webhooks"] as const;
/** Requests for each service; fewer for auth, where most of them hash a password. */
const COUNTS: Record<ServiceName, number> = { auth: 1_000, recommender: 5_000, webhooks: 4_000 };
const AT_ONCE = 8;

/** Operations that would delete what the others use, or that the test cannot use. */
const EXCEPT = [
  "POST /logout-all",
  "DELETE /me",
  "DELETE /project/{id}",
  "DELETE /api/apps/{id}",
  "POST /project/{id}/retrain",
  // Streams until the training ends.
  "GET /project/{id}/events",
];
const MIB = 1024 * 1024;

Deno.test("bad input: no 5xx, every service responds, memory stays constant", async (t) => {
  await using api = await startApi();
  await t.step("10,000 fuzzed requests", () => fuzzed(api));
  await t.step("wrong lengths, header floods and slow bodies", () => malformed(api));
});

async function fuzzed(api: TestApi): Promise<void> {
  const { at } = api.system;
  const faults: string[] = [];
  const statuses = new Map<number, number>();
  await Promise.all(SERVICES.map(async (name) => {
    const requests = fuzzedRequests(await api.document(name), {
      seed: 20_260,
      count: COUNTS[name],
      known: api.known,
      except: EXCEPT,
    });
    const process = api.system.pidOf(name)!;
    let sent = 0;
    let settled = 0;
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (const request of requests) {
        const status = await send(at[name], request);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status >= 500 || status === 0) {
          faults.push(`${status} ${name} ${JSON.stringify(request).slice(0, 400)}`);
        }
        // Memory baseline: after a third of the requests caches and the compiler are warm.
        if (++sent === Math.floor(COUNTS[name] / 3)) settled = await residentBytes(process);
      }
    }));
    const grown = await residentBytes(process) - settled;
    assert(grown < 96 * MIB, `${name} grew by ${Math.round(grown / MIB)} MiB`);
    assertEquals(api.system.pidOf(name), process, `${name} crashed`);
  }));
  assertEquals(faults.slice(0, 20), [], `${faults.length} faults`);
  assert((statuses.get(200) ?? 0) > 50, "some requests are good ones");
  assert((statuses.get(422) ?? 0) > 1_000, "and many reach the rules");
  await Promise.all(SERVICES.map((name) => assertReady(at[name])));

  /** Returns the status; 0 without a response. */
  async function send(base: string, { path, headers, ...request }: FuzzedRequest) {
    try {
      const answer = await fetch(base + path, {
        ...request,
        headers: { ...api.headers, ...sendable(headers) },
      });
      const text = await answer.text();
      assertEquals(/\.ts:\d+|node_modules/.test(text), false, text);
      return answer.status;
    } catch (error) {
      if (error instanceof TypeError) return 0;
      throw error;
    }
  }
}

async function malformed(api: TestApi): Promise<void> {
  for (const name of SERVICES) {
    const { hostname, port } = new URL(api.system.at[name]);
    const path = { auth: "/login", recommender: "/create-project", webhooks: "/api/recommend" };
    const head = [
      `POST ${path[name]} HTTP/1.1`,
      `host: ${hostname}`,
      "connection: close",
      ...Object.entries(api.headers).map(([key, value]) => `${key}: ${value}`),
    ].join("\r\n");
    const sent = [
      `${head}\r\ncontent-length: 5\r\n\r\n{"a":1}`,
      `${head}\r\ncontent-length: -1\r\n\r\n{}`,
      `${head}\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}`,
      `${head}\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      `${head}\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n{}\r\n`,
      `${head}\r\ncontent-length: 99999999999\r\n\r\n{}`,
      `${head}\r\n${"x-flood: f\r\n".repeat(20_000)}\r\n`,
      `${head}\r\nx-long: ${"f".repeat(2_000_000)}\r\n\r\n`,
      "GET / HTTP/9.9\r\n\r\n",
      "\0\0\0\0",
    ];
    const connect = () => Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
    await Promise.all(sent.map(async (text) => {
      using connection = await connect();
      const answer = await exchange(connection, text);
      assertEquals(/^HTTP\/1\.1 5/.test(answer), false, `${text.slice(-80)}: ${answer}`);
    }));
    // Fifty bodies that never end delay no other request.
    const slow = await Promise.all(Array.from({ length: 50 }, async () => {
      const connection = await connect();
      await write(connection, `${head}\r\ncontent-length: 100\r\n\r\n{`);
      return connection;
    }));
    await assertReady(api.system.at[name]);
    for (const connection of slow) connection.close();
    await assertReady(api.system.at[name]);
  }
}

async function assertReady(base: string): Promise<void> {
  const answer = await fetch(`${base}/ready`, { signal: AbortSignal.timeout(20_000) });
  await answer.body?.cancel();
  assertEquals(answer.status, 200);
}

/** Returns the first response, or an empty text if the connection ends or stays silent. */
async function exchange(connection: Deno.Conn, text: string): Promise<string> {
  const buffer = new Uint8Array(1_000);
  const silence = setTimeout(() => connection.close(), 1_000);
  try {
    await write(connection, text);
    const length = await connection.read(buffer);
    return new TextDecoder().decode(buffer.subarray(0, length ?? 0));
  } catch {
    return "";
  } finally {
    clearTimeout(silence);
  }
}

async function write(connection: Deno.Conn, text: string): Promise<void> {
  let bytes = new TextEncoder().encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(await connection.write(bytes));
}

/** Returns the headers that `fetch` accepts. */
function sendable(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([, value]) => /^[\x20-\x7e\x80-\xff]*$/.test(value)),
  );
}

/** Returns the resident memory of a process in bytes; 0 where /proc is missing. */
async function residentBytes(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
}
