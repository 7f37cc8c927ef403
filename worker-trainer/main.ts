/**
 * The trainer: claims projects, beats, cancels. Each training is a process of its own, and so is
 * housekeeping, which works beside the queue.
 */
import { openDatabase } from "../functions/http/database.ts";
import { installationId } from "../functions/recommender/projects.ts";
import { openRegistry } from "../functions/recommender/registry/open.ts";
import { trainerConfig } from "./config.ts";
import { openBlobs } from "./open_blobs.ts";
import { keepHouse } from "./housekeeping/housekeeping_process.ts";
import { runTrainer } from "./queue/trainer.ts";
import { trainInProcess } from "./queue/training_process.ts";
import { trainerLog } from "./trainer_log.ts";

const config = trainerConfig(Deno.env.toObject());
const sql = openDatabase(config.DATABASE_URL);
const blobs = openBlobs(config);
const installation = await installationId(sql);
const registry = openRegistry({ blobs, installation, mlflow: config });

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => stop.abort());
}

const log = trainerLog("trainer");
log({ level: "info", message: `waiting for projects, models go to ${registry.description}` });
await Promise.all([
  runTrainer({ sql, registry, installation, train: trainInProcess, log }, stop.signal),
  keepHouse({ log }, stop.signal),
]);
await sql.end();
Deno.exit(0);
