/** A new project on its way: one form, its files streamed by the browser, its progress true. */
import type { Project } from "./api.ts";
import { config } from "./config.ts";
import { ApiProblem, unreachable } from "./problem.ts";
import { freshBearer, renewed } from "./refresh.ts";

/** A file with what its columns mean. */
export interface NewFile {
  type: "content" | "interaction";
  file: File;
  /** From app key to column; `feature_col` to several. */
  mapping: Record<string, string | string[]>;
  /** How the page read the file, so that the service reads it the same way. */
  dialect?: object;
}

export interface UploadOptions {
  /** Told the bytes that have left and the bytes in all. */
  onProgress?: (sent: number, total: number) => void;
  signal?: AbortSignal;
}

/** The form of POST /create-project; text first, so that faults are found before the files come. */
export function projectForm({ name, files }: { name: string; files: NewFile[] }): FormData {
  const form = new FormData();
  form.append("project_name", name);
  for (const { type, mapping, dialect } of files) {
    form.append(`${type}_schema_json`, JSON.stringify(mapping));
    if (dialect) form.append(`${type}_dialect_json`, JSON.stringify(dialect));
  }
  for (const { type, file } of files) form.append(`${type}_file`, file, file.name);
  return form;
}

/**
 * Uploads files as a new project. XMLHttpRequest, since `fetch` tells nothing of what was sent.
 * @throws {ApiProblem} what the service refused, or `unreachable` when the connection broke.
 */
export async function uploadProject(
  project: { name: string; files: NewFile[] },
  { onProgress, signal }: UploadOptions = {},
): Promise<Project> {
  const { authorization } = await freshBearer();
  const request = new XMLHttpRequest();
  return await new Promise((resolve, reject) => {
    request.open("POST", `${config().recommender}/create-project`);
    if (authorization) request.setRequestHeader("authorization", authorization);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onProgress?.(loaded, total);
    request.onload = () => {
      if (request.status === 201) return resolve(request.response);
      if (request.status === 401) renewed(authorization);
      reject(new ApiProblem(request.status, request.response ?? {}));
    };
    request.onerror = () => reject(unreachable(config().recommender));
    request.onabort = () =>
      reject(new ApiProblem(0, { code: "aborted", detail: "The upload was stopped." }));
    signal?.addEventListener("abort", () => request.abort());
    request.send(projectForm(project));
  });
}
