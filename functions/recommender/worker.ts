import { createHash } from "node:crypto";
import { ACCESS, SERVICE } from "../http/identity/identity.ts";
import { sessionMemory } from "../http/identity/live_sessions.ts";
import { answerBy, log, oneRequestRouter, readOnce, type WorkerEnv } from "../http/worker.ts";
import { addressesOf } from "./addresses/address_settings.ts";
import { createAddresses } from "./addresses/addresses.ts";
import { createApp } from "./app.ts";
import { r2Blobs, type R2Bucket } from "./blobs/r2.ts";
import { quotasOf, recommenderWorkerConfig, settingLimitsOf } from "./config.ts";
import type { RecommenderMemory } from "./deps.ts";
import { installationId } from "./projects/projects.ts";
import { WORKER_MODEL_BYTES } from "./model/artifact/artifact.ts";
import { nearFiles } from "./registry/cache/near_files.ts";
import { type ModelCache, modelCache } from "./registry/cache/model_cache.ts";
import { openRegistry } from "./registry/open.ts";
import { type IdKeys, idKeys } from "./results/recommendation_id.ts";
import { catalogueMemory } from "./live/live_catalogue.ts";
import { liveMemory } from "./live/live_histories.ts";
import { projectMemory } from "./projects/served_projects.ts";
import type { Sha256 } from "./uploads/stored_file.ts";

interface Env extends WorkerEnv {
  BLOBS: R2Bucket;
}

/** Memory for cached models, of a Worker's 128 MB in total; a single model may use more. */
const MODEL_BYTES = 48 * 1024 * 1024;

/** Cache of the Cloudflare location where the Worker runs. */
declare const caches: { default: Cache };

/** State that outlives a request: configuration, keys, parsed models, caches, installation id. */
const configOf = readOnce(recommenderWorkerConfig);
let models: ModelCache | undefined;
let installation: string | undefined;
let keys: IdKeys | undefined;
const memory: RecommenderMemory = {
  sessions: sessionMemory(),
  projects: projectMemory(),
  live: liveMemory(),
  catalogue: catalogueMemory(),
};

export default {
  fetch: answerBy<Env>(async ({ env, settings, sql, background }) => {
    const config = configOf(settings);
    const previous = config.JWT_SECRET_PREVIOUS;
    const jwtSecrets = [config.JWT_SECRET, ...(previous ? [previous] : [])];
    const blobs = r2Blobs(env.BLOBS);
    installation ??= await installationId(sql);
    const registry = openRegistry({ blobs, installation, mlflow: config });
    const cache = models ??= modelCache(registry, {
      bytes: MODEL_BYTES,
      dropFirst: true,
      mostBytes: WORKER_MODEL_BYTES,
      sliceUsers: true,
      near: nearFiles(caches.default),
      timers: false,
    });
    return createApp({
      sql,
      blobs,
      addresses: createAddresses(addressesOf(config)),
      registry,
      models: {
        champion: (name, part) => cache.champion(name, part, background),
        version: (key) => cache.version(key, background),
        renew: (name) => cache.renew(name, background),
        aliasMoved: cache.aliasMoved,
        forget: cache.forget,
      },
      sha256,
      trusted: [
        { kind: ACCESS, secrets: jwtSecrets },
        { kind: SERVICE, secrets: [config.SERVICE_SECRET] },
      ],
      idKeys: keys ??= idKeys(jwtSecrets),
      dashboardOrigin: config.DASHBOARD_ORIGIN,
      uploadLimitBytes: config.UPLOAD_LIMIT_BYTES,
      quotas: quotasOf(config),
      settingLimits: settingLimitsOf(config),
      allowLoopback: config.FEEDS_ALLOW_LOOPBACK,
      requestLimitBytes: config.REQUEST_LIMIT_BYTES,
      log,
      whileStreaming: background,
      memory,
      router: oneRequestRouter(),
    });
  }),
};

function sha256(): Sha256 {
  const hash = createHash("sha256");
  return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest("hex") };
}
