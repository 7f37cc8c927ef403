/** More interactions on their way into a project, their progress true. */
import { config } from "./config.ts";
import { ApiProblem, unreachable } from "./problem.ts";
import { freshBearer, renewed } from "./refresh.ts";

/**
 * Uploads a CSV file of interactions, with the mapping of the first one. They count from the next
 * training on.
 * @throws {ApiProblem} what the service refused, or `unreachable` when the connection broke.
 */
export async function appendInteractions(
  id: string,
  file: File,
  { onProgress }: { onProgress?: (sent: number, total: number) => void } = {},
): Promise<void> {
  const form = new FormData();
  form.append("interaction_file", file, file.name);
  const { authorization } = await freshBearer();
  const request = new XMLHttpRequest();
  return await new Promise((resolve, reject) => {
    request.open("POST", `${config().recommender}/project/${encodeURIComponent(id)}/interactions`);
    if (authorization) request.setRequestHeader("authorization", authorization);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onProgress?.(loaded, total);
    request.onload = () => {
      if (request.status === 201) return resolve();
      if (request.status === 401) renewed(authorization);
      reject(new ApiProblem(request.status, request.response ?? {}));
    };
    request.onerror = () => reject(unreachable(config().recommender));
    request.send(form);
  });
}
