/**
 * Projects with their files and mappings. Plain functions over `sql`; each tenant query names the
 * owner. What the trainer does to a project's row is in `worker-trainer/queue/claim.ts`.
 */
import type { ISql, Sql, TransactionSql } from "postgres";
import { ownedBy, SLOW_MS } from "../http/owned_by.ts";
import { Problem } from "../http/problem.ts";
import type { Dialect } from "./csv/dialect.ts";
import type { Mapping } from "./csv/mapping.ts";
import type { ModelType } from "./model/model.ts";
import { holdingQuotas, QUOTAS, type Quotas } from "./quotas.ts";
import { orAccountGone, takeUpload } from "./uploads/upload_store.ts";

export type ProjectStatus = "PENDING" | "PROCESSING" | "READY" | "ERROR";
export type FileType = "CONTENT" | "INTERACTION";

/** A project as it is listed. */
export interface Project {
  id: number;
  project_name: string;
  status: ProjectStatus;
  model_type: ModelType;
  mlflow_model_name: string;
  mlflow_model_version: string | null;
  created_at: Date;
  /** Of the training; of one that waits, why nothing is begun. */
  stage: string | null;
  /** 0 to 1. */
  progress: number;
  error: string | null;
  queued_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  /** When the version that serves was trained. */
  trained_at: Date | null;
  quality: Quality | null;
}

/** The report in a few numbers, shares from 0 to 1; what could not be measured is left out. */
export interface Quality {
  /** Share of what people chose, held back from training, that is among the first ten. */
  recall?: number;
  ndcg?: number;
  /** The same for the most popular items: what is to be beaten. */
  popularity_recall?: number;
  popularity_ndcg?: number;
  /** CONTENT: share of the items that have others like them. */
  items_with_neighbours?: number;
}

/** A project with all that is known of it. */
export interface ProjectDetails extends Project {
  files: ProjectFile[];
  report: Record<string, unknown> | null;
}

/** An uploaded file as the owner sees it. */
export interface ProjectFile {
  id: number;
  file_type: FileType;
  file_name: string;
  bytes: number;
  sha256: string;
  dialect: Dialect;
  mapping: Mapping;
  receipt: Record<string, unknown> | null;
  created_at: string;
}

/** What a project is made of: files that are stored already. */
export interface NewProject {
  project_name: string;
  model_type: ModelType;
  files: NewFile[];
}

export interface NewFile {
  file_type: FileType;
  /** A name among the blobs. */
  storage_path: string;
  file_name: string;
  bytes: number;
  sha256: string;
  /** As they were counted before a training reads them. */
  rows: number;
  /** Of a file that is packed. */
  unpacked_bytes?: number;
  dialect: Dialect;
  mapping: Mapping;
  /** The upload in parts that it came by: used up. */
  upload_id?: string;
}

/**
 * Makes a project with its files and mappings, whole or not at all; it waits for the trainer.
 * @throws {Problem} 429 beyond the quotas; 401 when the owner's account is gone, though a token of it still lives.
 */
export async function createProject(
  sql: Sql,
  ownerId: string,
  { project_name, model_type, files, quotas = QUOTAS }: NewProject & { quotas?: Quotas },
): Promise<Project> {
  const work = async (sql: TransactionSql) => {
    const [project] = await sql<Project[]>`
      insert into recommender.recommender_projects (owner_id, project_name, model_type)
      values (${ownerId}, ${project_name}, ${model_type})
      returning ${projectColumns(sql)}`;
    for (const file of files) {
      await addFile(sql, ownerId, { projectId: project.id, file });
    }
    return project;
  };
  return await holdingQuotas(sql, ownerId, { quotas, work }).catch(orAccountGone);
}

/**
 * Adds a stored file with its mapping to one of the owner's projects, within a transaction; gives
 * its id.
 * @throws {Problem} 409 where its upload is taken by another project.
 */
export async function addFile(
  sql: TransactionSql,
  ownerId: string,
  { projectId, file }: { projectId: number; file: NewFile },
): Promise<number> {
  const { file_type, storage_path, file_name, bytes, sha256, dialect, mapping } = file;
  const { rows, unpacked_bytes = null } = file;
  const [{ id }] = await sql<{ id: number }[]>`
    insert into recommender.uploaded_files
      (project_id, file_type, storage_path, file_name, bytes, sha256, rows, unpacked_bytes, dialect)
    values (${projectId}, ${file_type}, ${storage_path}, ${file_name}, ${bytes}, ${sha256},
      ${rows}, ${unpacked_bytes}, ${sql.json({ ...dialect })})
    returning id`;
  await addMapping(sql, id, mapping);
  const isTaken = await takeUpload(sql, ownerId, storage_path);
  if (file.upload_id !== undefined && !isTaken) {
    throw new Problem(
      "conflict",
      `An upload makes one file; upload ${file.upload_id} is taken or was deleted.`,
    );
  }
  return id;
}

/** Writes a file's mapping, within a transaction. */
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
 * The owner's projects, newest first.
 * @param before lists only those made before the project with this id.
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

/** One of the owner's projects, or null. */
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

/** One of the owner's projects with its files, their receipts, and the report; or null. */
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
        'bytes', f.bytes,
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
 * Queues a project for another training; what serves goes on serving. Null where it is queued or
 * trained already, or where there is no such project.
 * @throws {Problem} 429 beyond the quotas.
 */
export async function requeueProject(
  sql: Sql,
  ownerId: string,
  id: number,
  { quotas = QUOTAS }: { quotas?: Quotas } = {},
): Promise<Project | null> {
  const work = async (sql: TransactionSql) => {
    const [project] = await sql<Project[]>`
      update recommender.recommender_projects set ${requeued(sql)}
      where owner_id = ${ownerId} and id = ${id} and status in ('READY', 'ERROR')
      returning ${projectColumns(sql)}`;
    return project ?? null;
  };
  return await holdingQuotas(sql, ownerId, { quotas, work });
}

/** What the owner reads where a training was cancelled. */
const CANCELLED = {
  first: "The training was cancelled before there was a model. Train again to get one.",
  again: "The training was cancelled. The version before it goes on serving.",
};

/**
 * Ends a training that waits or runs: the trainer is woken, finds its claim gone and ends the
 * process. READY where a version serves, else ERROR. Null where nothing trains, where the new
 * version is about to serve and it is too late, or where there is no such project.
 */
export async function cancelTraining(
  sql: Sql,
  ownerId: string,
  id: number,
): Promise<Project | null> {
  const [project] = await ownedBy(sql, ownerId)<Project[]>`
    with woken as (select pg_notify('recommender_queue', ''))
    update recommender.recommender_projects
    set status = case when mlflow_model_version is null then 'ERROR' else 'READY' end,
        error = case when mlflow_model_version is null
          then ${CANCELLED.first} else ${CANCELLED.again} end,
        stage = 'cancelled', lease_until = null, finished_at = now()
    from woken
    where owner_id = ${ownerId} and id = ${id}
      and (status = 'PENDING' or status = 'PROCESSING' and not (${isBeingCrowned(sql)}))
    returning ${projectColumns(sql)}`;
  return project ?? null;
}

/**
 * What the trainer notes before it makes a version the champion: from there on nothing ends it. The
 * stage is `publishing`, or says what that waits for.
 */
export function isBeingCrowned(sql: ISql) {
  return sql`progress = 1`;
}

/**
 * Deletes a project; triggers note its blobs and its model for erasure. The model's name, or null
 * where there is no such project.
 */
export async function deleteProject(sql: Sql, ownerId: string, id: number): Promise<string | null> {
  const [project] = await ownedBy(sql, ownerId, { limitMs: SLOW_MS })<
    { mlflow_model_name: string }[]
  >`
    delete from recommender.recommender_projects where owner_id = ${ownerId} and id = ${id}
    returning mlflow_model_name`;
  return project?.mlflow_model_name ?? null;
}

/** Who this installation is to a registry that several may share. */
export async function installationId(sql: Sql): Promise<string> {
  const [{ id }] = await sql<{ id: string }[]>`select id from recommender.installation`;
  return id;
}

/**
 * What makes a project's row wait for a new training. The training that may be running holds
 * another id and so changes nothing any more.
 */
export function requeued(sql: ISql) {
  return sql`
    status = 'PENDING', training_id = gen_random_uuid(), attempt = 0, failures = 0,
    queued_at = now(), not_before = now(), lease_until = null, started_at = null,
    finished_at = null, stage = null, progress = 0, error = null`;
}

/** The mapping of the file `f` as JSON, to select beside it. */
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

/** What `Project` has, to select from its table. */
export function projectColumns(sql: ISql) {
  return sql`
    id, project_name, status, model_type, mlflow_model_name, mlflow_model_version, created_at,
    case when status = 'PENDING' then coalesce((select recommender.queue_pause()), stage)
      else stage end as stage,
    progress, error, queued_at, started_at, finished_at, trained_at,
    case when report is not null then jsonb_strip_nulls(jsonb_build_object(
      'recall', report #> '{test,metrics,recall}',
      'ndcg', report #> '{test,metrics,ndcg}',
      'popularity_recall', report #> '{test,popularity,recall}',
      'popularity_ndcg', report #> '{test,popularity,ndcg}',
      'items_with_neighbours', report #> '{content,items_with_neighbours}'
    )) end as quality`;
}
