import postgres from "postgres";
import { migrate } from "../../ops/database/migrate.ts";
import { startPostgres } from "../../ops/database/postgres.ts";

/** Starts a Postgres with the migrated template of `testDatabase()`. */
export async function startTestPostgres(
  folder: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  const password = crypto.randomUUID();
  const { url, stop } = await startPostgres(folder, { password, durable: false });
  try {
    const sql = postgres(url, { max: 1 });
    await sql`create database airec_template`;
    await sql.end();
    const template = new URL(url);
    template.pathname = "/airec_template";
    await migrate(template.href);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}
