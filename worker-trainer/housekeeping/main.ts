/**
 * Housekeeping: a child process of the trainer, which starts, restarts and ends it. Runs until
 * SIGTERM, or until its standard input is closed by the end of its parent.
 */
import { lookup } from "node:dns/promises";
import { createPinnedRequest } from "../../functions/http/outgoing/pinned_request.ts";
import { openDatabase } from "../../functions/http/database/database.ts";
import { openRegistry } from "../../functions/recommender/registry/open.ts";
import { openBackupStorage } from "../backups/backup_storage.ts";
import { trainerConfig } from "../config.ts";
import { knownInstallation } from "../known_installation.ts";
import { openAddresses } from "../open_addresses.ts";
import { openBlobs } from "../open_blobs.ts";
import { queueRules } from "../queue/queue_config.ts";
import { trainerLog } from "../runtime/trainer_log.ts";
import { duties } from "./duties.ts";
import { runDuties } from "./run_duties.ts";

/** Time limit of a statement, in ms: no request waits for it. */
const LIMIT_MS = 60_000;

/** Time for work in progress to finish; unfinished work is retried when its lease expires. */
const GRACE_MS = 5_000;

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => stop.abort());
}
Deno.stdin.readable.pipeTo(new WritableStream()).finally(() => stop.abort());
stop.signal.addEventListener("abort", () => setTimeout(() => Deno.exit(0), GRACE_MS));

const log = trainerLog("housekeeping");
const config = trainerConfig(Deno.env.toObject());
const sql = openDatabase(config.DATABASE_URL, {
  limitMs: LIMIT_MS,
  silent: () => log({ level: "error", message: "the database did not respond: reconnected" }),
});
const blobs = openBlobs(config);
const installation = await knownInstallation(sql, stop.signal).catch((error) => {
  if (stop.signal.aborted) Deno.exit(0);
  throw error;
});
const registry = openRegistry({ blobs, installation, mlflow: config });
const oursAlone = config.BLOBS_OURS_ALONE === "true";
const { trainings, settingLimits: { retrainHours: leastHours } } = queueRules(Deno.env.toObject());
const retrains = { trainings, leastHours };
const backups = config.BACKUP_TO
  ? openBackupStorage(config.BACKUP_TO, Deno.env.toObject())
  : undefined;
const feeds = {
  send: createPinnedRequest(),
  resolve: async (name: string) =>
    (await lookup(name, { all: true })).map(({ address }) => address),
  allowLoopback: config.FEEDS_ALLOW_LOOPBACK === "true",
};
const all = duties({
  sql,
  blobs,
  addresses: openAddresses(config),
  registry,
  installation,
  oursAlone,
  log,
  retrains,
  backups,
  feeds,
});
await runDuties({ sql, duties: all, log }, stop.signal);
await sql.end({ timeout: 1 });
Deno.exit(0);
