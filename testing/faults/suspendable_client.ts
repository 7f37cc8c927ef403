/** A postgres.js client that can stop reading, as if its process were suspended. */
import { Socket } from "node:net";
import postgres, { type Options, type Sql } from "postgres";

export interface SuspendableClient extends AsyncDisposable {
  sql: Sql;
  /** Reads no further response. What is sent meanwhile reaches the server. */
  suspend(): void;
  resume(): void;
}

/** Opens a client of one connection. */
export function suspendableClient(url: string): SuspendableClient {
  let socket: Socket | undefined;
  const options = {
    max: 1,
    onnotice: () => {},
    socket: ({ host: [host], port: [port] }: { host: string[]; port: number[] }) =>
      socket = Object.assign(new Socket(), { host, port }).connect(port, host),
  };
  // The library does not type its option `socket`.
  const sql = postgres(url, options as Options<Record<string, never>>);
  return {
    sql,
    suspend: () => void socket?.pause(),
    resume: () => void socket?.resume(),
    [Symbol.asyncDispose]: () => sql.end({ timeout: 0 }),
  };
}

/** Returns how many sessions hold the advisory lock of a key. */
export async function holdersOf(sql: Sql, lock: number): Promise<number> {
  const { length } = await sql`
    select from pg_locks where locktype = 'advisory' and objid = ${lock} and granted`;
  return length;
}
