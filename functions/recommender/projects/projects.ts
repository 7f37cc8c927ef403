/**
 * Projects with their files and mappings: functions over `sql`, whose tenant queries all name the
 * owner. Statements that change the state of a training are in `training_states.ts`.
 */
import type { ISql, Sql, TransactionSql } from "postgres";
import { ownedBy } from "../../http/database/owned_by.ts";
import { Problem } from "../../http/problem.ts";
import type { Mapping } from "../files/mapping.ts";
import type { ModelType } from "../model/model.ts";
import { type Project, projectColumns } from "./project.ts";
import type { Report } from "../report/report.ts";
import { holdingQuotas, QUOTAS, type Quotas } from "./quotas.ts";
import { queueNewProject, queueTraining } from "./training_states.ts";
import { orAccountGone, takeUpload } from "./upload_store.ts";
import type { UploadedFile } from "./uploaded_file.ts";

/** A project with its files and report. */
export interface ProjectDetails extends Project {
  files: ListedFile[];
  /** Report of the version that serves, as its trainer wrote it. */
  report: Report | null;
}

/** A file, as its project lists it. */
interface ListedFile
  extends Omit<UploadedFile, "storage_path" | "rows" | "unpacked_bytes" | "address"> {
  /** Address of data that were not uploaded. */
  address: string | null;
}

/** A project to create, whose files are already stored. */
export interface NewProject {
  project_name: string;
  model_type: ModelType;
  files: NewFile[];
}

/** A stored file to add to a project. */
export interface NewFile extends Omit<UploadedFile, "id" | "receipt" | "created_at"> {
  /** Id of the upload in parts that the file came from; adding the file consumes the upload. */
  upload_id?: string;
}

/**
 * Creates a project with its files and mappings in one transaction, queued for training.
 * @throws {Problem} 429 if a quota is exceeded; 401 if the owner's account is deleted though a
 * token of it is still valid.
 */
export async function createProject(
  sql: Sql,
  ownerId: string,
  { project_name, model_type, files, quotas = QUOTAS }: NewProject & { quotas?: Quotas },
): Promise<Project> {
  const work = async (sql: TransactionSql) => {
    const project = await queueNewProject(sql, ownerId, { project_name, model_type });
    for (const file of files) {
      await addFile(sql, ownerId, { projectId: project.id, file });
    }
    return project;
  };
  return await holdingQuotas(sql, ownerId, { quotas, work }).catch(orAccountGone);
}

/**
 * Adds a stored file with its mapping to one of the owner's projects, within a transaction. Returns
 * the file's id.
 * @throws {Problem} 409 if its upload is already used or deleted.
 */
export async function addFile(
  sql: TransactionSql,
  ownerId: string,
  { projectId, file }: { projectId: number; file: NewFile },
): Promise<number> {
  const { file_type, storage_path, file_name, bytes, sha256, dialect, mapping } = file;
  const { rows, unpacked_bytes = null, address = null } = file;
  const [{ id }] = await sql<{ id: number }[]>`
    insert into recommender.uploaded_files
      (project_id, file_type, storage_path, file_name, bytes, sha256, rows, unpacked_bytes, dialect,
        address)
    values (${projectId}, ${file_type}, ${storage_path}, ${file_name}, ${bytes}, ${sha256},
      ${rows}, ${unpacked_bytes}, ${sql.json({ ...dialect })},
      ${address && sql.json({ ...address })})
    returning id`;
  await addMapping(sql, id, mapping);
  const isTaken = await takeUpload(sql, ownerId, storage_path);
  if (file.upload_id !== undefined && !isTaken) {
    throw new Problem(
      "conflict",
      `An upload can be used for one file only; upload ${file.upload_id} was used already or ` +
        "deleted.",
    );
  }
  return id;
}

/** Inserts a file's mapping, within a transaction. */
export async function addMapping(
  sql: TransactionSql,
  fileId: number,
  mapping: Mapping,
): Promise<void> {
  const rows = Object.entries(mapping).flatMap(([key, columns]) =>
    [columns].flat().map((column) => ({
      file_id: fileId,
      app_schema_key: key,
      user_csv_column: column,
    }))
  );
  await sql`insert into recommender.schema_mappings ${sql(rows)}`;
}

/**
 * Returns the owner's projects, newest first.
 * @param before returns only projects with a smaller id.
 */
export async function listProjects(
  sql: Sql,
  ownerId: string,
  { limit, before }: { limit: number; before?: number },
): Promise<Project[]> {
  return await ownedBy(sql, ownerId)<Project[]>`
    select ${projectColumns(sql)}
    from recommender.recommender_projects
    where owner_id = ${ownerId} and (${before ?? null}::integer is null or id < ${before ?? null})
    order by id desc
    limit ${limit}`;
}

/** Returns one of the owner's projects, or null. */
export async function findProject(
  sql: Sql,
  ownerId: string,
  id: number,
): Promise<Project | null> {
  const [project] = await sql<Project[]>`
    select ${projectColumns(sql)}
    from recommender.project_of(${ownerId}, ${id})`;
  return project ?? null;
}

/** Returns one of the owner's projects with its files, receipts and report, or null. */
export async function findProjectDetails(
  sql: Sql,
  ownerId: string,
  id: number,
): Promise<ProjectDetails | null> {
  const [project] = await ownedBy(sql, ownerId)<ProjectDetails[]>`
    select ${projectColumns(sql)}, report, (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', f.id,
        'file_type', f.file_type,
        'file_name', f.file_name,
        'address', f.address->>'uri',
        'bytes', coalesce((f.address->>'bytes')::bigint, f.bytes),
        'sha256', f.sha256,
        'dialect', f.dialect,
        'mapping', ${mappingOfFile(sql)},
        'receipt', f.receipt,
        'created_at', f.created_at
      ) order by f.id), '[]')
      from recommender.uploaded_files f
      where f.project_id = p.id
    ) as files
    from recommender.recommender_projects p
    where owner_id = ${ownerId} and id = ${id}`;
  return project ?? null;
}

/**
 * Queues a project for another training; the current version continues to serve. Returns null if it
 * is already queued or in training, or if there is no such project.
 * @throws {Problem} 429 if a quota is exceeded.
 */
export async function requeueProject(
  sql: Sql,
  ownerId: string,
  id: number,
  { quotas = QUOTAS }: { quotas?: Quotas } = {},
): Promise<Project | null> {
  const work = (sql: TransactionSql) => queueTraining(sql, ownerId, id);
  return await holdingQuotas(sql, ownerId, { quotas, work });
}

/** Returns the id of this installation, which distinguishes it in a shared registry. */
export async function installationId(sql: Sql): Promise<string> {
  const [{ id }] = await sql<{ id: string }[]>`select id from recommender.installation`;
  return id;
}

/** SQL expression for the mapping of file `f` as JSON. */
export function mappingOfFile(sql: ISql) {
  return sql`(
    select coalesce(jsonb_object_agg(m.app_schema_key, m.columns), '{}')
    from (
      select app_schema_key,
        case when app_schema_key = 'feature_col' then jsonb_agg(user_csv_column order by id)
          else to_jsonb(min(user_csv_column)) end as columns
      from recommender.schema_mappings
      where file_id = f.id
      group by app_schema_key
    ) m
  )`;
}
