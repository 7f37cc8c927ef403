/** Postgres server of a home. */
import { join } from "@std/path";
import type { Home } from "./home.ts";
import {
  bringPostgresAlong,
  type Postgres,
  type PostgresOptions,
  startPostgres,
} from "../database/postgres.ts";
import type { Secrets } from "./secrets.ts";

/**
 * Starts the home's server; moves its files along if the home was moved, and records their folder.
 */
export async function homeDatabase(
  home: Home,
  { secrets, ...options }:
    & { secrets: Pick<Secrets, "postgres_password"> }
    & Pick<PostgresOptions, "say">,
): Promise<Postgres> {
  const folder = join(home.path, "postgres");
  if (home.movedFrom) await bringPostgresAlong(join(home.movedFrom, "postgres"), folder);
  const server = await startPostgres(folder, { password: secrets.postgres_password, ...options });
  await home.noteElsewhere(server.folder);
  return server;
}
