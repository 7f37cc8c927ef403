/**
 * `deno task resume`: resumes webhooks and scheduled retrainings of a restored copy. Uses the
 * database of DATABASE_URL, or without it the one of a running `deno task dev`.
 */
import postgres from "postgres";
import { endPauses } from "./backup/pauses.ts";
import { operatedDatabase } from "./operated_database.ts";
import { readArguments, sayAndExit } from "./command.ts";

const USAGE = "deno task resume";

async function main(): Promise<void> {
  const { at } = readArguments(USAGE, {});
  if (at) sayAndExit(USAGE, 2);
  const url = await operatedDatabase(Deno.env.toObject());
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  const ended = await endPauses(sql).finally(() => sql.end());
  console.log(
    ended.length > 0 ? `Resumed: ${ended.sort().join(", ")}.` : "Nothing was paused.",
  );
}

if (import.meta.main) await main().then(() => Deno.exit(0), (error) => sayAndExit(error));
