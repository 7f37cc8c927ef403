/**
 * List of an installation's erasures, kept next to its backups: users erased after a backup are
 * excluded when it is restored. Append-only JSON lines.
 */
import type { ISql, Sql } from "postgres";
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

type Line = { installation: string } & (ErasedUser | DeletedAccount);

const FOLDER = "erasures";
const FILE = "erasures.jsonl";

/** Appends the erasures of the database that the list lacks; returns their number. */
export async function appendErasures(
  sql: Sql,
  storage: BackupStorage,
  { installation }: { installation: string },
): Promise<number> {
  const wanted = (await erasuresIn(sql)).map((erasure) =>
    JSON.stringify({ installation, ...erasure } satisfies Line)
  );
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

/** Reads the erasures of an installation; null if there is no list. */
export async function readErasures(
  storage: BackupStorage,
  installation: string,
): Promise<Erasures | null> {
  const found = await storage.within(FOLDER).read(FILE);
  if (!found) return null;
  const erasures: Erasures = { users: [], accounts: [] };
  for (const text of new TextDecoder().decode(found.bytes).split("\n")) {
    if (text === "") continue;
    const { installation: whose, ...erasure }: Line = JSON.parse(text);
    if (whose !== installation) continue;
    if ("account_sha256" in erasure) erasures.accounts.push(erasure);
    else erasures.users.push(erasure);
  }
  return erasures;
}

/**
 * Repeats erasures in a restored database, within its transaction: queues users for erasure and
 * deletes accounts. Returns the numbers of both.
 */
export async function replayErasures(
  sql: ISql,
  { users, accounts }: Erasures,
): Promise<{ users: number; accounts: number }> {
  const entered = await sql`
    insert into recommender.erased_users (project_id, user_id, erased_at)
    select p.id, e.user_id, e.erased_at
    from jsonb_to_recordset(${sql.json(users as never)})
        as e(project_id int, user_id text, erased_at timestamptz)
      join recommender.recommender_projects p on p.id = e.project_id
    on conflict (project_id, user_id) do nothing`;
  const hashes = accounts.map(({ account_sha256 }) => account_sha256);
  const deleted = await sql`
    delete from auth.users
    where encode(sha256(convert_to(id::text, 'UTF8')), 'hex') = any (${hashes})`;
  return { users: entered.count, accounts: deleted.count };
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
