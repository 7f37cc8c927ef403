/** The recommender on Deno: reads the environment, builds what `createApp` needs, and serves. */
import { createHash } from "node:crypto";
import postgres from "postgres";
import { drainable } from "../http/drain.ts";
import { ACCESS, SERVICE } from "../http/identity.ts";
import type { LogEntry } from "../http/service.ts";
import { createApp } from "./app.ts";
import { diskBlobs } from "./blobs/disk.ts";
import { recommenderConfig } from "./config.ts";
import { installationId } from "./projects.ts";
import { modelCache } from "./registry/cache.ts";
import { openRegistry } from "./registry/open.ts";
import type { Sha256 } from "./uploads/stored_file.ts";

const config = recommenderConfig(Deno.env.toObject());
const sql = postgres(config.DATABASE_URL, { onnotice: () => {} });
const blobs = diskBlobs(config.BLOBS_FOLDER);
const installation = await installationId(sql);
const registry = openRegistry({ blobs, installation, mlflow: config });
const models = modelCache(registry);

const app = createApp({
  sql,
  blobs,
  models,
  sha256,
  trusted: [
    { kind: ACCESS, secrets: present(config.JWT_SECRET, config.JWT_SECRET_PREVIOUS) },
    { kind: SERVICE, secrets: [config.SERVICE_SECRET] },
  ],
  dashboardOrigin: config.DASHBOARD_ORIGIN,
  uploadLimitBytes: config.UPLOAD_LIMIT_BYTES,
  log,
});

const service = drainable(app.fetch);
const server = Deno.serve({
  hostname: config.HOST,
  port: config.RECOMMENDER_PORT,
  onListen: ({ hostname, port }) =>
    log({
      level: "info",
      service: "recommender",
      message: `listening on http://${hostname}:${port}, models from ${registry.description}`,
    }),
}, (request) => service.fetch(request));

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, async () => {
    await service.drain({ withinMs: 8_000 });
    await server.shutdown();
    models.close();
    await sql.end();
    Deno.exit(0);
  });
}

function sha256(): Sha256 {
  const hash = createHash("sha256");
  return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest("hex") };
}

function present(...secrets: (string | undefined)[]): string[] {
  return secrets.filter((secret) => secret !== undefined);
}

function log(entry: LogEntry): void {
  console.log(JSON.stringify({ time: new Date().toISOString(), ...entry }));
}
