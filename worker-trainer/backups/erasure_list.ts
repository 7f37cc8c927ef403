/**
 * List of an installation's erasures, kept next to its backups: users erased after a backup are
 * excluded when it is restored. Append-only JSON lines, each with its SHA-256.
 */
import { createHash } from "node:crypto";
import type { Sql, TransactionSql } from "postgres";
import { QUOTAS } from "../../functions/recommender/projects/quotas.ts";
import { queueWithoutUser } from "../../functions/recommender/projects/training_states.ts";
import type { BackupStorage } from "./backup_storage.ts";

/** Erasures of one installation. */
export interface Erasures {
  users: ErasedUser[];
  accounts: DeletedAccount[];
}

/** A user whose data were erased from a project. */
export interface ErasedUser {
  project_id: number;
  user_id: string;
  erased_at: string;
}

/** A deleted account; its id as SHA-256 in hex. */
export interface DeletedAccount {
  account_sha256: string;
  deleted_at: string;
}

/** A line; `sha256`, the last member, is of the JSON of the others. Older lines have none. */
type Line = { installation: string; sha256?: string } & (ErasedUser | DeletedAccount);

const FOLDER = "erasures";
const FILE = "erasures.jsonl";

/** Appends the erasures of the database that the list lacks; returns their number. */
export async function appendErasures(
  sql: Sql,
  storage: BackupStorage,
  { installation }: { installation: string },
): Promise<number> {
  const wanted = (await erasuresIn(sql)).map((erasure) => lineOf({ installation, ...erasure }));
  const list = storage.within(FOLDER);
  for (;;) {
    const found = await list.read(FILE);
    const text = found ? new TextDecoder().decode(found.bytes) : "";
    const known = new Set(text.split("\n"));
    const added = wanted.filter((line) => !known.has(line));
    // An empty list is written as well: it shows that the installation keeps one.
    if (found && added.length === 0) return 0;
    await list.keepPrivate();
    const bytes = new TextEncoder().encode(text + added.map((line) => `${line}\n`).join(""));
    // Compare-and-swap: after a concurrent change the list is read again.
    if (await list.swap(FILE, bytes, found?.tag ?? null)) return added.length;
  }
}

function lineOf(erasure: Line): string {
  return JSON.stringify({ ...erasure, sha256: digestOf(erasure) });
}

function digestOf(erasure: Line): string {
  return createHash("sha256").update(JSON.stringify(erasure)).digest("hex");
}

/**
 * Reads the erasures of an installation; null if there is no list.
 * @throws {Error} with the number of a line that was changed or truncated
 */
export async function readErasures(
  storage: BackupStorage,
  installation: string,
): Promise<Erasures | null> {
  const found = await storage.within(FOLDER).read(FILE);
  if (!found) return null;
  const erasures: Erasures = { users: [], accounts: [] };
  for (const [i, text] of new TextDecoder().decode(found.bytes).split("\n").entries()) {
    if (text === "") continue;
    const line = parsed(text);
    if (!line) {
      throw new Error(
        `Line ${i + 1} of ${
          storage.within(FOLDER).description
        }/${FILE} was changed or truncated, ` +
          "so the user or account that it names would be restored. Nothing was changed. If the " +
          "installation still runs, `deno task backup DESTINATION --erasures` appends the line " +
          "again; then, or to restore without it, delete the damaged one.",
      );
    }
    const { installation: whose, ...erasure } = line;
    if (whose !== installation) continue;
    if ("account_sha256" in erasure) erasures.accounts.push(erasure);
    else erasures.users.push(erasure);
  }
  return erasures;
}

/** Returns a line of the list; undefined if it is not as it was written. */
function parsed(text: string): Line | undefined {
  try {
    const { sha256, ...erasure }: Line = JSON.parse(text);
    return sha256 === undefined || sha256 === digestOf(erasure) ? erasure : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Repeats erasures in a restored database, within its transaction: queues users for erasure and
 * trainings without them, unless retrains are paused, and deletes accounts. Returns the numbers of
 * users and accounts.
 */
export async function replayErasures(
  sql: TransactionSql,
  { users, accounts }: Erasures,
): Promise<{ users: number; accounts: number }> {
  const entered = await sql<{ project_id: number }[]>`
    insert into recommender.erased_users (project_id, user_id, erased_at)
    select p.id, e.user_id, e.erased_at
    from jsonb_to_recordset(${sql.json(users as never)})
        as e(project_id int, user_id text, erased_at timestamptz)
      join recommender.recommender_projects p on p.id = e.project_id
    on conflict (project_id, user_id) do nothing
    returning project_id`;
  const hashes = accounts.map(({ account_sha256 }) => account_sha256);
  const deleted = await sql`
    delete from auth.users
    where encode(sha256(convert_to(id::text, 'UTF8')), 'hex') = any (${hashes})`;
  await queueWithoutUsers(sql, [...new Set(entered.map(({ project_id }) => project_id))]);
  return { users: entered.length, accounts: deleted.count };
}

/** Queues trainings of projects; those that the quota refuses now are due a day after the erasure. */
async function queueWithoutUsers(sql: TransactionSql, projectIds: number[]): Promise<void> {
  const projects = await sql<{ id: number; owner_id: string }[]>`
    select id, owner_id from recommender.recommender_projects
    where id in (select jsonb_array_elements_text(${sql.json(projectIds)})::integer)
      and not http.is_paused('retrains')
    order by finished_at`;
  for (const { id, owner_id } of projects) {
    await queueWithoutUser(sql, owner_id, { id, trainings: QUOTAS.trainings });
  }
}

/** A text that is another one after each erasure. */
export async function erasuresSoFar(sql: Sql): Promise<string> {
  const [{ so_far }] = await sql<{ so_far: string }[]>`
    select concat_ws(' ', count(*), max(erased_at), (
      select concat_ws(' ', count(*), max(deleted_at)) from auth.deleted_users
    )) as so_far
    from recommender.erased_users`;
  return so_far;
}

async function erasuresIn(sql: Sql): Promise<(ErasedUser | DeletedAccount)[]> {
  const users = await sql<ErasedUser[]>`
    select project_id, user_id, to_jsonb(erased_at) #>> '{}' as erased_at
    from recommender.erased_users order by erased_at, project_id, user_id`;
  const accounts = await sql<DeletedAccount[]>`
    select encode(id_sha256, 'hex') as account_sha256, to_jsonb(deleted_at) #>> '{}' as deleted_at
    from auth.deleted_users order by deleted_at`;
  return [...users, ...accounts];
}
