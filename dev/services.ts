/** Programs of `task dev` and the system tests, with commands and environments. */
import { fromFileUrl } from "@std/path";
import { connectedAs } from "../ops/database/connected_as.ts";
import type { Secrets } from "../ops/home/secrets.ts";
import type { Program } from "../ops/processes/supervisor.ts";

/** Ports of the services on this machine. */
export interface Ports {
  auth: number;
  webhooks: number;
  recommender: number;
  web: number;
}

/** Configuration of the programs. */
export interface Setting {
  databaseUrl: string;
  blobsFolder: string;
  ports: Ports;
  secrets: Secrets;
  /** URL of the MLflow server used as the registry; by default the local registry. */
  mlflow?: string;
}

/** A program with the URL of its health check; the trainer has none. */
export interface Service extends Program {
  health?: string;
}

const ROOT = fromFileUrl(new URL("..", import.meta.url));

/** Environment variable and default of each port. */
export const PORTS: { [name in keyof Ports]: { variable: string; standard: number } } = {
  auth: { variable: "AUTH_PORT", standard: 8080 },
  webhooks: { variable: "WEBHOOKS_PORT", standard: 3001 },
  recommender: { variable: "RECOMMENDER_PORT", standard: 8000 },
  web: { variable: "WEB_PORT", standard: 5173 },
};

/** Returns the URL of a service for a browser on this machine. */
export function address(name: keyof Ports, ports: Ports): string {
  return `http://localhost:${ports[name]}`;
}

/** Returns the programs in start order. Each gets only the secrets it uses. */
export function services(setting: Setting): Service[] {
  const { databaseUrl, blobsFolder, ports, secrets, mlflow } = setting;
  const shared = {
    DATABASE_URL: connectedAs(databaseUrl, "airec_service"),
    HOST: "127.0.0.1",
    DASHBOARD_ORIGIN: address("web", ports),
    JWT_SECRET: secrets.jwt_secret,
  };
  const models = { BLOBS_FOLDER: blobsFolder, ...(mlflow && { MLFLOW_TRACKING_URI: mlflow }) };
  const healthOf = (name: keyof Ports) => `http://127.0.0.1:${ports[name]}/health`;
  return [
    {
      ...script("auth", "functions/auth/deno.ts"),
      env: {
        ...shared,
        AUTH_PORT: String(ports.auth),
        PASSWORD_PEPPER: secrets.password_pepper,
      },
      health: healthOf("auth"),
    },
    {
      ...script("recommender", "functions/recommender/deno.ts"),
      env: {
        ...shared,
        ...models,
        RECOMMENDER_PORT: String(ports.recommender),
        SERVICE_SECRET: secrets.service_secret,
        AIREC_SECRET_KEY: secrets.airec_secret_key,
        FEEDS_ALLOW_LOOPBACK: "true",
      },
      health: healthOf("recommender"),
    },
    {
      ...script("webhooks", "functions/webhooks/deno.ts"),
      env: {
        ...shared,
        WEBHOOKS_PORT: String(ports.webhooks),
        SERVICE_SECRET: secrets.service_secret,
        AIREC_SECRET_KEY: secrets.airec_secret_key,
        RECOMMENDER_URL: `http://127.0.0.1:${ports.recommender}`,
        WEBHOOKS_ALLOW_LOOPBACK: "true",
      },
      health: healthOf("webhooks"),
    },
    {
      ...script("trainer", "worker-trainer/main.ts"),
      env: {
        DATABASE_URL: connectedAs(databaseUrl, "airec_trainer"),
        ...models,
        AIREC_SECRET_KEY: secrets.airec_secret_key,
        FEEDS_ALLOW_LOOPBACK: "true",
      },
    },
    {
      ...script("web", "npm:vite@8.3.4", [
        ...["web", "--clearScreen=false", "--strictPort"],
        ...["--host", "127.0.0.1", "--port", String(ports.web)],
      ]),
      env: {
        AUTH_URL: address("auth", ports),
        WEBHOOKS_URL: address("webhooks", ports),
        RECOMMENDER_URL: address("recommender", ports),
      },
      health: `http://127.0.0.1:${ports.web}/config.json`,
    },
  ];

  function script(name: string, path: string, args: string[] = []) {
    return { name, command: Deno.execPath(), args: ["run", "-A", path, ...args], cwd: ROOT };
  }
}

/** Waits until every service is healthy. */
export async function untilUp(all: Service[], { patienceMs = 60_000 } = {}): Promise<void> {
  const deadline = Date.now() + patienceMs;
  await Promise.all(all.map(async ({ name, health }) => {
    while (health && !await answers(health)) {
      if (Date.now() > deadline) {
        throw new Error(`${name} did not respond at ${health} within ${patienceMs / 1000} s.`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }));
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
