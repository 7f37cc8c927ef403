/** A database for Workers in workerd, and the CPU time that workerd takes for requests. */
import { join } from "@std/path";
import postgres from "postgres";
import { stop } from "esbuild";
import { ACCESS, mintToken } from "../functions/http/identity/identity.ts";
import { migrate } from "../ops/database/migrate.ts";
import { startPostgres } from "../ops/database/postgres.ts";
import { SECRETS } from "../testing/edge.ts";
import { cpuSeconds, withChildren } from "./process_usage.ts";

const ANSWERS = 500;
const WARM = 20;
/** Number of requests that `costOf` sends. */
export const COSTED = WARM + ANSWERS;

/** A migrated Postgres with one user, signed in. */
export interface EdgeDatabase extends AsyncDisposable {
  url: string;
  sql: postgres.Sql;
  owner: string;
  headers: { authorization: string };
}

/** Starts the database; disposing it ends esbuild's process as well. */
export async function edgeDatabase(): Promise<EdgeDatabase> {
  await using stack = new AsyncDisposableStack();
  stack.defer(() => stop());
  const folder = await Deno.makeTempDir({ prefix: "airec-bench-" });
  await Deno.chmod(folder, 0o755);
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const server = await startPostgres(join(folder, "postgres"), { password: crypto.randomUUID() });
  stack.defer(() => server.stop());
  await migrate(server.url);
  const sql = postgres(server.url, { onnotice: () => {} });
  stack.defer(() => sql.end());
  const [{ id: owner }] = await sql<{ id: string }[]>`
    insert into auth.users (name, email, password) values ('Ada', 'ada@example.org', '')
    returning id`;
  const [{ id: sessionId }] = await sql<{ id: string }[]>`
    insert into auth.sessions (owner_id, address) values (${owner}, '') returning id`;
  const kind = { kind: ACCESS, secret: SECRETS.jwt_secret, seconds: 36_000, sessionId };
  const headers = { authorization: `Bearer ${await mintToken(owner, kind)}` };
  const running = stack.move();
  return {
    ...{ url: server.url, sql, owner, headers },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Returns workerd's CPU time for one request, in ms, after a warm-up. */
export async function costOf(ask: (i: number) => Promise<unknown>): Promise<number> {
  for (let i = 0; i < WARM; i++) await ask(i);
  const before = workerdSeconds();
  for (let i = 0; i < ANSWERS; i++) await ask(i);
  return roundCost((workerdSeconds() - before) * 1000 / ANSWERS);
}

/** Returns the CPU time of this process's workerd processes so far, in seconds. */
function workerdSeconds(): number {
  return cpuSeconds(withChildren(Deno.pid).filter(isWorkerd));
}

function isWorkerd(pid: number): boolean {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/comm`).trim() === "workerd";
  } catch {
    return false;
  }
}

/** Rounds milliseconds: to hundredths below 1, otherwise to tenths. */
export function roundCost(value: number): number {
  return Number(value.toFixed(value < 1 ? 2 : 1));
}
