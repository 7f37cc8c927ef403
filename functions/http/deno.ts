/** Start and shutdown of a service on Deno. */
import type { Sql } from "postgres";
import { ConfigError } from "./config.ts";
import { openDatabase } from "./database/database.ts";
import { drainable } from "./load/drain.ts";
import { databaseTime, REPORTED_SKEW, skewOf } from "./service/health.ts";
import type { IdentityEnv } from "./identity/identity.ts";
import type { LogEntry } from "./service/service.ts";

export interface ServeOptions {
  name: string;
  host: string;
  port: number;
  /** Whether other processes listen on the same port; the kernel distributes connections. */
  sharePort: boolean;
  /** Called at the signal, concurrently with draining requests: stops other work. */
  stop?: () => Promise<void>;
  /** Called last: closes pools. */
  close: () => Promise<void>;
}

/** Time that requests in flight have at shutdown, in ms. */
const GRACE_MS = 8_000;

/** Maximum time a log line is buffered, in ms. */
const LOG_MS = 20;
const encoder = new TextEncoder();
let lines = "";
/** Time of the last write, in monotonic ms. */
let writtenAt = -Infinity;
const TRACED = Boolean(Deno.env.get("OTEL_DENO"));

/**
 * Writes a log entry as a JSON line to stdout. Lines are buffered for up to `LOG_MS`, since a
 * system call for each would cost a request more than its ranking. An error is written at once,
 * unless others were written within that time: under overload thousands a second are refused.
 */
export function log(entry: LogEntry): void {
  const line = JSON.stringify({ time: new Date().toISOString(), ...entry });
  // OpenTelemetry captures console output together with the current trace.
  if (TRACED) return console.log(line);
  if (lines === "") Deno.unrefTimer(setTimeout(writeLog, LOG_MS));
  lines += line + "\n";
  if (entry.level === "error" && performance.now() - writtenAt > LOG_MS) writeLog();
}

/** Writes the buffer. A service continues if its log cannot be written. */
function writeLog(): void {
  let bytes = encoder.encode(lines);
  lines = "";
  writtenAt = performance.now();
  try {
    while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
  } catch {
    // A closed pipe or a full disk.
  }
}

addEventListener("unload", writeLog);

/** Reads the settings from the environment; logs the error and exits with 2 if they are invalid. */
export function fromEnvironment<Config>(
  read: (record: Record<string, string | undefined>) => Config,
): Config {
  try {
    return read(Deno.env.toObject());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    log({ level: "error", message: `The service cannot start. ${error.message}` });
    Deno.exit(2);
  }
}

/** Interval between comparisons of this clock with the database's, in ms. */
const CLOCK_MS = 10 * 60_000;

/** Opens a service's database; logs replaced connections and differing clocks. */
export function databaseOf(service: string, url: string): Sql {
  const sql = openDatabase(url, {
    silent: () =>
      log({
        level: "error",
        message: "A connection to the database did not respond in time and was replaced.",
        service,
      }),
  });
  const compare = async () => {
    const database = await skewOf(() => databaseTime(sql)).catch(() => 0);
    if (Math.abs(database) < REPORTED_SKEW) return;
    log({ level: "error", message: "Clocks differ.", service, clock_skew_seconds: { database } });
  };
  compare();
  Deno.unrefTimer(setInterval(compare, CLOCK_MS));
  return sql;
}

/** Bindings of a request. The address is an operation of the runtime, and few requests need it. */
class Peer implements Required<IdentityEnv["Bindings"]> {
  readonly #info: Deno.ServeHandlerInfo<Deno.NetAddr>;

  constructor(info: Deno.ServeHandlerInfo<Deno.NetAddr>) {
    this.#info = info;
  }

  get peer(): string {
    return this.#info.remoteAddr.hostname;
  }
}

/**
 * Serves until SIGTERM or SIGINT, then rejects new requests, finishes those in flight and exits 0.
 */
export function serve(
  handler: (
    request: Request,
    bindings: IdentityEnv["Bindings"],
  ) => Response | Promise<Response>,
  { name, host, port, sharePort, stop, close }: ServeOptions,
): void {
  const service = drainable(handler);
  const server = Deno.serve({
    hostname: host,
    port,
    reusePort: sharePort,
    onListen: ({ port }) =>
      log({ level: "info", message: `${name} listens on http://${host}:${port}`, service: name }),
  }, (request, info) => service.fetch(request, new Peer(info)));

  let ending = false;
  const end = async () => {
    if (ending) return;
    ending = true;
    const requests = service.drain({ withinMs: GRACE_MS }).then(() => server.shutdown());
    const grace = new Promise((resolve) => setTimeout(resolve, GRACE_MS + 500));
    await Promise.race([Promise.allSettled([requests, stop?.()]), grace]);
    await close();
    log({ level: "info", message: `${name} has stopped`, service: name });
    Deno.exit(0);
  };
  Deno.addSignalListener("SIGTERM", end);
  Deno.addSignalListener("SIGINT", end);
}
