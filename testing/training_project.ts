/** Rows for the trainer's tests, as the services would write them. */
import type { Sql, TransactionSql } from "postgres";

/**
 * Creates a user with a project that waits for its training; returns the project's id. Uses one
 * transaction, so that a running trainer sees all of it or nothing.
 */
export async function pendingProject(
  sql: Sql,
  { owner, ...project }: TestProject & { owner?: string } = {},
): Promise<number> {
  const owner_id = owner ?? await testOwner(sql);
  return await sql.begin((sql) => addProject(sql, { owner_id, ...project }));
}

interface TestProject {
  name?: string;
  files?: TestFile[];
  /** Duration of its last training. */
  seconds?: number;
  settings?: Record<string, unknown>;
  /** The serving version. */
  serving?: string;
  /** Failed attempts before. */
  failures?: number;
}

async function addProject(
  sql: TransactionSql,
  { owner_id, name = "Films", files = [], seconds, settings = {}, serving, failures = 0 }:
    & TestProject
    & {
      owner_id: string;
    },
): Promise<number> {
  const [{ id }] = await sql<{ id: number }[]>`
    insert into recommender.recommender_projects
      (owner_id, project_name, model_type, last_seconds, settings, mlflow_model_version, failures)
    values (${owner_id}, ${name}, 'COLLABORATIVE', ${seconds ?? null},
      ${sql.json(settings as never)}, ${serving ?? null}, ${failures})
    returning id`;
  for (const file of files) {
    const [{ file_id }] = await sql<{ file_id: number }[]>`
      insert into recommender.uploaded_files
        (project_id, file_type, storage_path, file_name, bytes, sha256, dialect)
      values (${id}, ${file.file_type}, ${file.storage_path}, 'a.csv', 1, '', ${
      sql.json(file.dialect as never)
    })
      returning id as file_id`;
    for (const [key, columns] of Object.entries(file.mapping)) {
      for (const column of [columns].flat()) {
        await sql`
          insert into recommender.schema_mappings (file_id, app_schema_key, user_csv_column)
          values (${file_id}, ${key}, ${column})`;
      }
    }
  }
  return id;
}

/** A stored file with its dialect and mapping. */
export interface TestFile {
  file_type: "CONTENT" | "INTERACTION";
  storage_path: string;
  dialect: object;
  mapping: Record<string, string | string[]>;
}

/** Erases a user from a project, which then waits for another training. */
export async function erasedUser(sql: Sql, project: number, user: string): Promise<void> {
  await sql`
    insert into recommender.erased_users (project_id, user_id, erased_at)
    values (${project}, ${user}, clock_timestamp())`;
  await sql`
    update recommender.recommender_projects
    set status = 'PENDING', training_id = gen_random_uuid(), attempt = 0 where id = ${project}`;
}

/** Creates a user with a unique email address. */
export async function testOwner(sql: Sql): Promise<string> {
  const [{ id }] = await sql<{ id: string }[]>`
    insert into auth.users (name, email, password)
    values ('Ada', ${crypto.randomUUID() + "@example.com"}, '') returning id`;
  return id;
}

/** Returns a project's row. */
export async function projectRow(sql: Sql, id: number) {
  const [row] = await sql`select * from recommender.recommender_projects where id = ${id}`;
  return row;
}

/**
 * Registers an app of the owner with one enabled endpoint.
 * @param events types of events that it subscribes to; null for all
 */
export async function testEndpoint(
  sql: Sql,
  owner: string,
  events: string[] | null = null,
): Promise<void> {
  await sql`
    with app as (
      insert into webhooks.apps (owner_id, app_name, api_key, key_prefix, key_last_four)
      values (${owner}, 'Shop', 'hash', 'airec_live_ab', 'wxyz')
      returning id
    )
    insert into webhooks.endpoints (app_id, url, events)
    select id, 'https://shop.example/hook', ${events && sql.json(events)} from app`;
}
