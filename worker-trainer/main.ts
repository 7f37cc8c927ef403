/** The trainer: claims projects, beats, cancels. Each training is a process of its own. */
import { openDatabase } from "../functions/http/database.ts";
import { installationId } from "../functions/recommender/projects.ts";
import { openRegistry } from "../functions/recommender/registry/open.ts";
import { trainerConfig } from "./config.ts";
import { openBlobs } from "./open_blobs.ts";
import { runTrainer, type TrainerOptions } from "./queue/trainer.ts";
import { trainInProcess } from "./queue/training_process.ts";

const config = trainerConfig(Deno.env.toObject());
const sql = openDatabase(config.DATABASE_URL);
const blobs = openBlobs(config);
const installation = await installationId(sql);
const registry = openRegistry({ blobs, installation, mlflow: config });

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => stop.abort());
}

const log: TrainerOptions["log"] = (entry) =>
  console.log(JSON.stringify({ time: new Date().toISOString(), service: "trainer", ...entry }));
log({ level: "info", message: `waiting for projects, models go to ${registry.description}` });
await runTrainer(
  { sql, blobs, registry, installation, train: trainInProcess, log },
  stop.signal,
);
await sql.end();
Deno.exit(0);
