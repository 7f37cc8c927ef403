/** Runs the services as Workers in workerd, on a real Postgres and an R2 bucket. */
import process from "node:process";
import type { Readable } from "node:stream";
import { fetch as fetchOutside, Miniflare, type Request, Response } from "miniflare";
import type { R2Bucket } from "../functions/recommender/blobs/r2.ts";
import type { S3Options } from "../functions/recommender/blobs/s3_client.ts";
import type { Secrets } from "../ops/home/secrets.ts";
import { bundleWorker, type WorkerBundle } from "../ops/deploy/worker_bundle.ts";
import { type WorkerName, WORKERS, wranglerConfig } from "../ops/deploy/wrangler_config.ts";

export interface EdgeOptions {
  databaseUrl: string;
  secrets: Pick<
    Secrets,
    "jwt_secret" | "service_secret" | "password_pepper" | "airec_secret_key"
  >;
  /** 0, the default, chooses a free port. */
  ports?: Record<WorkerName, number>;
  dashboardOrigin?: string;
  /** Folder of the bucket; by default in memory. */
  folder?: string;
  /** Base URL of a replacement for the recommender that webhooks calls. */
  recommender?: string;
  /** Whether webhooks may connect only to loopback addresses. */
  loopbackOnly?: boolean;
  /** Rate limit per visitor and minute, in place of the one in wrangler.toml. */
  visitorCalls?: number;
  /** Further environment variables by service. */
  settings?: Partial<Record<WorkerName, Record<string, string>>>;
  say?: (line: string) => void;
}

/** The running Workers. */
export interface Edge extends AsyncDisposable {
  at: Record<WorkerName, string>;
  bucket: R2Bucket;
  /** The same bucket by the S3 protocol, as used by the trainer. */
  s3: S3Options;
  /** Triggers the cron job of the webhooks service. */
  tick(): Promise<void>;
}

/** Bundles and starts the services. */
export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const { databaseUrl, secrets, dashboardOrigin = "http://localhost:5173", folder } = options;
  const keys = {
    accessKeyId: "airec",
    secretAccessKey: crypto.randomUUID(),
  };
  const shared = { JWT_SECRET: secrets.jwt_secret, DASHBOARD_ORIGIN: dashboardOrigin };
  const own: Record<WorkerName, { bindings: Record<string, string>; [bound: string]: unknown }> = {
    auth: { bindings: { PASSWORD_PEPPER: secrets.password_pepper } },
    webhooks: {
      bindings: {
        SERVICE_SECRET: secrets.service_secret,
        AIREC_SECRET_KEY: secrets.airec_secret_key,
        WEBHOOKS_ALLOW_LOOPBACK: "true",
      },
      serviceBindings: {
        RECOMMENDER: options.recommender
          ? { external: { address: new URL(options.recommender).host, http: {} } }
          : "recommender",
      },
      ...(options.loopbackOnly && { outboundService: toLoopback }),
    },
    recommender: {
      bindings: { SERVICE_SECRET: secrets.service_secret, FEEDS_ALLOW_LOOPBACK: "true" },
      r2Buckets: { BLOBS: { id: "airec-blobs", s3Credentials: keys } },
    },
  };

  const config = await wranglerConfig();
  const workers = await Promise.all(WORKERS.map(async (name) => {
    const { code } = await bundled(config.env[name].main);
    const { bindings, ...bound } = own[name];
    return {
      name,
      modules: [{ type: "ESModule" as const, path: `${name}.js`, contents: code }],
      compatibilityDate: config.compatibility_date,
      compatibilityFlags: config.compatibility_flags,
      hyperdrives: { HYPERDRIVE: databaseUrl },
      bindings: { ...shared, ...bindings, ...options.settings?.[name] },
      ratelimits: Object.fromEntries(
        (config.env[name].ratelimits ?? []).map(({ name, simple, ...limit }) => [name, {
          ...limit,
          simple: { ...simple, limit: options.visitorCalls ?? simple.limit },
        }]),
      ),
      unsafeDirectSockets: [{ host: "127.0.0.1", port: options.ports?.[name] ?? 0 }],
      ...bound,
    };
  }));
  const say = options.say ?? (() => {});
  const miniflare = new Miniflare({
    workers,
    ...(folder && { r2Persist: folder }),
    handleRuntimeStdio(stdout: Readable, stderr: Readable) {
      for (const stream of [stdout, stderr]) {
        stream.on("data", (chunk) => say(String(chunk).trimEnd()));
      }
    },
  });
  const main = await miniflare.ready;
  // Miniflare's handlers would exit this process before the processes that must end first.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(signal);
  const addresses = await Promise.all(WORKERS.map(async (name) => {
    const url = await miniflare.unsafeGetDirectURL(name);
    return [name, url.origin];
  }));
  return {
    at: Object.fromEntries(addresses),
    bucket: await miniflare.getR2Bucket("BLOBS", "recommender") as unknown as R2Bucket,
    s3: { ...keys, endpoint: new URL("/cdn-cgi/local/r2/s3", main).href, bucket: "airec-blobs" },
    async tick() {
      const worker = await miniflare.getWorker("webhooks") as unknown as {
        scheduled(timer: { cron: string }): Promise<unknown>;
      };
      await worker.scheduled({ cron: "* * * * *" });
    },
    [Symbol.asyncDispose]: () => miniflare.dispose(),
  };
}

/** Bundles by entry point: tests start the same code with many settings. */
const bundles = new Map<string, Promise<WorkerBundle>>();

/** Bundles a service, once in this process. */
function bundled(entry: string): Promise<WorkerBundle> {
  const bundle = bundles.get(entry) ?? bundleWorker(entry, { minify: false });
  bundles.set(entry, bundle);
  return bundle;
}

/** Outbound fetch of a Worker: loopback only; any other host gets 502. */
async function toLoopback(request: Request): Promise<Response> {
  if (new URL(request.url).hostname === "127.0.0.1") return await fetchOutside(request);
  return new Response(null, { status: 502 });
}
