/**
 * The trainer: claims projects and renews their leases. Each training runs in a process of its own,
 * and so does housekeeping.
 */
import { openDatabase } from "../functions/http/database/database.ts";
import { openRegistry } from "../functions/recommender/registry/open.ts";
import { trainerConfig } from "./config.ts";
import { knownInstallation } from "./known_installation.ts";
import { openBlobs } from "./open_blobs.ts";
import { keepHouse } from "./housekeeping/housekeeping_process.ts";
import { queueRules } from "./queue/queue_config.ts";
import { runTrainer } from "./queue/trainer.ts";
import { trainInProcess } from "./queue/training_process.ts";
import { trainerLog } from "./runtime/trainer_log.ts";

/** Time limit of a statement, in ms: shorter than a lease, which would expire meanwhile. */
const LIMIT_MS = 10_000;

/** Time to release claims after a signal, in ms. */
const END_MS = 9_000;

const log = trainerLog("trainer");
const config = trainerConfig(Deno.env.toObject());
const sql = openDatabase(config.DATABASE_URL, {
  limitMs: LIMIT_MS,
  silent: () => log({ level: "error", message: "the database did not respond: reconnected" }),
});
const blobs = openBlobs(config);
const rules = queueRules(Deno.env.toObject());

const stop = new AbortController();
// If the registry or the database hangs then, claims are released when their leases expire.
stop.signal.addEventListener("abort", () => setTimeout(() => Deno.exit(1), END_MS));
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => stop.abort());
}

const installation = await knownInstallation(sql, stop.signal).catch((error) => {
  if (stop.signal.aborted) Deno.exit(0);
  throw error;
});
const registry = openRegistry({ blobs, installation, mlflow: config });
log({
  level: "info",
  message: `waiting for projects; models are published to ${registry.description}`,
});
await Promise.all([
  runTrainer(
    { ...{ sql, registry, blobs, installation, train: trainInProcess, log }, rules },
    stop.signal,
  ),
  keepHouse({ log }, stop.signal),
]);
await sql.end({ timeout: 1 });
Deno.exit(0);
