/**
 * The trainer: claims projects, beats, cancels. Each training is a process of its own, and so is
 * housekeeping, which works beside the queue.
 */
import { openDatabase } from "../functions/http/database.ts";
import { openRegistry } from "../functions/recommender/registry/open.ts";
import { trainerConfig } from "./config.ts";
import { knownInstallation } from "./known_installation.ts";
import { openBlobs } from "./open_blobs.ts";
import { keepHouse } from "./housekeeping/housekeeping_process.ts";
import { queueRules } from "./queue/queue_config.ts";
import { runTrainer } from "./queue/trainer.ts";
import { trainInProcess } from "./queue/training_process.ts";
import { trainerLog } from "./trainer_log.ts";

/** How long a statement may take, in ms: less than a lease, which would be lost meanwhile. */
const LIMIT_MS = 10_000;

/** How long it may take to give back what it holds once it is told to end, in ms. */
const END_MS = 9_000;

const log = trainerLog("trainer");
const config = trainerConfig(Deno.env.toObject());
const sql = openDatabase(config.DATABASE_URL, {
  limitMs: LIMIT_MS,
  silent: () => log({ level: "error", message: "the database gave no answer: connected anew" }),
});
const blobs = openBlobs(config);
const rules = queueRules(Deno.env.toObject());

const stop = new AbortController();
// Whatever hangs then, a registry or a database: what is held comes back by its lease.
stop.signal.addEventListener("abort", () => setTimeout(() => Deno.exit(1), END_MS));
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => stop.abort());
}

const installation = await knownInstallation(sql, stop.signal).catch((error) => {
  if (stop.signal.aborted) Deno.exit(0);
  throw error;
});
const registry = openRegistry({ blobs, installation, mlflow: config });
log({ level: "info", message: `waiting for projects, models go to ${registry.description}` });
await Promise.all([
  runTrainer(
    { ...{ sql, registry, blobs, installation, train: trainInProcess, log }, rules },
    stop.signal,
  ),
  keepHouse({ log }, stop.signal),
]);
await sql.end({ timeout: 1 });
Deno.exit(0);
