import { createHash } from "node:crypto";
import { databaseOf, fromEnvironment, log, serve } from "../http/deno.ts";
import { ACCESS, SERVICE } from "../http/identity/identity.ts";
import { addressesOf } from "./addresses/address_settings.ts";
import { createAddresses } from "./addresses/addresses.ts";
import { diskData } from "./addresses/disk.ts";
import { createApp } from "./app.ts";
import { diskBlobs } from "./blobs/disk.ts";
import { quotasOf, recommenderConfig, settingLimitsOf } from "./config.ts";
import { installationId } from "./projects/projects.ts";
import { modelCache } from "./registry/cache/model_cache.ts";
import { openRegistry } from "./registry/open.ts";
import { idKeys } from "./results/recommendation_id.ts";
import type { Sha256 } from "./uploads/stored_file.ts";

const config = fromEnvironment(recommenderConfig);
const sql = databaseOf("recommender", config.DATABASE_URL);
const previous = config.JWT_SECRET_PREVIOUS;
const jwtSecrets = [config.JWT_SECRET, ...(previous ? [previous] : [])];
const blobs = diskBlobs(config.BLOBS_FOLDER);
const installation = await installationId(sql);
const registry = openRegistry({ blobs, installation, mlflow: config });
const models = modelCache(registry);
log({
  level: "info",
  message: `Models are loaded from ${registry.description}.`,
  service: "recommender",
});

const ending = new AbortController();
const app = createApp({
  sql,
  blobs,
  addresses: createAddresses({
    ...addressesOf(config),
    disk: diskData([config.BLOBS_FOLDER]),
  }),
  registry,
  models,
  sha256,
  trusted: [
    { kind: ACCESS, secrets: jwtSecrets },
    { kind: SERVICE, secrets: [config.SERVICE_SECRET] },
  ],
  idKeys: idKeys(jwtSecrets),
  dashboardOrigin: config.DASHBOARD_ORIGIN,
  uploadLimitBytes: config.UPLOAD_LIMIT_BYTES,
  quotas: quotasOf(config),
  settingLimits: settingLimitsOf(config),
  allowLoopback: config.FEEDS_ALLOW_LOOPBACK,
  requestLimitBytes: config.REQUEST_LIMIT_BYTES,
  log,
  ending: ending.signal,
});

serve(app.fetch, {
  name: "recommender",
  host: config.HOST,
  sharePort: config.SHARE_PORT,
  port: config.RECOMMENDER_PORT,
  stop() {
    ending.abort();
    return Promise.resolve();
  },
  close() {
    models.close();
    return sql.end({ timeout: 1 });
  },
});

function sha256(): Sha256 {
  const hash = createHash("sha256");
  return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest("hex") };
}
