/** Where the files of an installation lie: a home may serve several databases, one after the other. */
import { join } from "@std/path";
import postgres from "postgres";
import { installationId } from "../functions/recommender/projects.ts";

/** A folder for each database: its files and models are of no use to another. */
export async function blobsFolder(home: string, databaseUrl: string): Promise<string> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    return join(home, "blobs", await installationId(sql));
  } finally {
    await sql.end();
  }
}
