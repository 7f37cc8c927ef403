import { Problem } from "../../http/problem.ts";
import { BlobsAwayError, BlobsFullError } from "../blobs/blobs.ts";

/**
 * Maps an error of the blob store to a problem: 507 if it is full, 503 if it is unavailable.
 * Returns other errors unchanged.
 * @param thing subject of the sentence: "The upload".
 */
export function storageProblem(error: unknown, thing: string): unknown {
  if (error instanceof BlobsFullError) {
    return new Problem("storage_full", `${thing} was not stored: the file storage is full.`);
  }
  if (error instanceof BlobsAwayError) {
    return new Problem(
      "unavailable",
      `${thing} was not stored: the file storage does not respond; please try again shortly.`,
      { headers: { "retry-after": "2" } },
    );
  }
  return error;
}
