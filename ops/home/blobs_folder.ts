/** Blob folder of an installation. A home may be used with several databases in turn. */
import { join } from "@std/path";
import postgres from "postgres";
import { installationId } from "../../functions/recommender/projects/projects.ts";

/**
 * Returns the folder for a database, by its installation id: files and models belong to one
 * database.
 */
export async function blobsFolder(home: string, databaseUrl: string): Promise<string> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    return join(home, "blobs", await installationId(sql));
  } finally {
    await sql.end();
  }
}
