/** Changes to the files of an existing project: added interactions, corrected mappings. */
import type { Sql, TransactionSql } from "postgres";
import { ownedBy } from "../../http/database/owned_by.ts";
import { Problem } from "../../http/problem.ts";
import type { Mapping } from "../files/mapping.ts";
import { addFile, addMapping, mappingOfFile, type NewFile } from "./projects.ts";
import type { UploadedFile } from "./uploaded_file.ts";
import type { Project } from "./project.ts";
import { holdingQuotas, QUOTAS, type Quotas } from "./quotas.ts";
import { restartTraining } from "./training_states.ts";

/** A file of a project, with what reading it needs. */
export type ProjectFile = Pick<
  UploadedFile,
  "id" | "file_type" | "storage_path" | "file_name" | "dialect" | "mapping" | "address"
>;

/** Maximum number of files per project; each training opens all of them. */
const MOST_FILES = 1_000;

/** Returns the files of one of the owner's projects, oldest first, without that of live items. */
export async function storedFiles(
  sql: Sql,
  ownerId: string,
  projectId: number,
): Promise<ProjectFile[]> {
  return await ownedBy(sql, ownerId)<ProjectFile[]>`
    select f.id, f.file_type, f.storage_path, f.file_name, f.dialect, f.address,
      ${mappingOfFile(sql)} as mapping
    from recommender.uploaded_files f
      join recommender.recommender_projects p on p.id = f.project_id
    where p.owner_id = ${ownerId} and p.id = ${projectId} and f.items_to is null
    order by f.id`;
}

/**
 * Adds a file to one of the owner's projects, for its next training. Returns the file's id, or null
 * if there is no such project.
 * @throws {Problem} 409 if the project has the maximum number of files, 429 if a quota is exceeded.
 */
export async function addProjectFile(
  sql: Sql,
  ownerId: string,
  { projectId, file, quotas = QUOTAS }: { projectId: number; file: NewFile; quotas?: Quotas },
): Promise<number | null> {
  const work = async (sql: TransactionSql) => {
    const [project] = await sql<{ files: number }[]>`
      select (
        select count(*)::integer from recommender.uploaded_files f where f.project_id = p.id
      ) as files
      from recommender.recommender_projects p
      where owner_id = ${ownerId} and id = ${projectId}
      for update`;
    if (!project) return null;
    if (project.files >= MOST_FILES) {
      throw new Problem(
        "conflict",
        `A project can have at most ${MOST_FILES} files, and this one has that many: send ` +
          "more rows per file.",
      );
    }
    return await addFile(sql, ownerId, { projectId, file });
  };
  return await holdingQuotas(sql, ownerId, { quotas, work });
}

/**
 * Removes a file from one of the owner's projects and queues a training without it; a running
 * training is discarded. A trigger records the blob for deletion. Returns null if there is no such
 * project or file. Files of live events and live items may always be removed, and do not stand in
 * for one of the owner.
 * @throws {Problem} 409 if it is the project's last file of its type, 429 if a quota is exceeded.
 */
export async function removeProjectFile(
  sql: Sql,
  ownerId: string,
  { projectId, fileId, quotas = QUOTAS }: { projectId: number; fileId: number; quotas?: Quotas },
): Promise<Project | null> {
  const work = async (sql: TransactionSql) => {
    const [file] = await sql<(Pick<UploadedFile, "file_type"> & { is_last: boolean })[]>`
      select f.file_type, num_nonnulls(f.items_to, f.events_to) = 0 and not exists (
        select from recommender.uploaded_files o
        where o.project_id = p.id and o.file_type = f.file_type
          and num_nonnulls(o.items_to, o.events_to) = 0 and o.id <> f.id
      ) as is_last
      from recommender.recommender_projects p
        join recommender.uploaded_files f on f.project_id = p.id
      where p.owner_id = ${ownerId} and p.id = ${projectId} and f.id = ${fileId}
      for update of p`;
    if (!file) return null;
    if (file.is_last) {
      throw new Problem(
        "conflict",
        "A project needs an uploaded file of each type it was created from, and this is its last " +
          `of type ${file.file_type}: add another before you remove it.`,
      );
    }
    await sql`
      delete from recommender.uploaded_files where id = ${fileId} and project_id = ${projectId}`;
    return await restartTraining(sql, ownerId, projectId);
  };
  return await holdingQuotas(sql, ownerId, { quotas, work });
}

/**
 * Replaces the mappings of files of one of the owner's projects and queues a training; a running
 * training, which uses the old mappings, is discarded. Returns null if there is no such project.
 * @param options.mappings by file id.
 * @throws {Problem} 429 if a quota is exceeded.
 */
export async function mendMappings(
  sql: Sql,
  ownerId: string,
  { projectId, mappings, quotas = QUOTAS }: {
    projectId: number;
    mappings: Map<number, Mapping>;
    quotas?: Quotas;
  },
): Promise<Project | null> {
  const work = async (sql: TransactionSql) => {
    const project = await restartTraining(sql, ownerId, projectId);
    if (!project) return null;
    for (const [file, mapping] of mappings) {
      await sql`
        delete from recommender.schema_mappings m
        using recommender.uploaded_files f
        where f.id = m.file_id and f.project_id = ${projectId} and f.id = ${file}`;
      await addMapping(sql, file, mapping);
    }
    return project;
  };
  return await holdingQuotas(sql, ownerId, { quotas, work });
}
