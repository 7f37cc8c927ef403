/** Runs an MLflow server, for `task dev --mlflow` and for tests. */
import { join, resolve } from "@std/path";
import { freePort } from "../processes/free_port.ts";
import { namedPath, onPath } from "../processes/executable.ts";
import {
  type Program,
  signalGroup,
  supervise,
  type SupervisorOptions,
} from "../processes/supervisor.ts";

/** Installed release; the registry needs 3.15 or newer. */
const RELEASE = "mlflow==3.17.2";

/** Time for a graceful shutdown, in milliseconds. */
const GRACE_MS = 5_000;

/**
 * A running server; `url` contains the credentials where it asks for them. `stop` ends all its
 * processes; `ended` resolves when it has ended.
 */
export interface MlflowServer {
  url: string;
  /** Leader of its process group. */
  pid: number;
  ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Returns the command that runs MLflow: an installed one, else by `uvx` or `pipx`, which download
 * it. Null if there is none.
 */
export function mlflowCommand(): string[] | null {
  const installed = namedPath("AIREC_MLFLOW") ?? onPath("mlflow");
  if (installed) return [installed];
  const uvx = onPath("uvx");
  if (uvx) return [uvx, "--from", RELEASE, "mlflow"];
  const pipx = onPath("pipx");
  return pipx ? [pipx, "run", "--spec", RELEASE, "mlflow"] : null;
}

/** Options of a server. */
export interface MlflowOptions {
  /** Folder of database, artifacts and log; created if missing. */
  folder: string;
  /** 0, the default, chooses a free port. */
  port?: number;
  /** Password of the user `admin`; enables authentication, which needs `mlflow[auth]`. */
  password?: string;
  patienceMs?: number;
}

/**
 * Starts a server on loopback and waits until it responds. It is not restarted when it ends.
 * @throws {Error} if there is no MLflow, or it does not respond within `patienceMs`
 */
export async function startMlflow(options: MlflowOptions): Promise<MlflowServer> {
  const { url, origin, log, program } = await mlflowProgram(options);
  const child = new Deno.Command(program.command, {
    ...program,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true, // a process group of its own: its workers end with it
  }).spawn();

  const open = async () => (await Deno.open(log, { append: true, create: true })).writable;
  const ended = Promise.all([
    child.stdout.pipeTo(await open()),
    child.stderr.pipeTo(await open()),
    child.status,
  ]).then(() => {});
  let running = true;
  ended.then(() => running = false);

  const stop = async () => {
    signalGroup(child.pid, "SIGTERM");
    const timer = setTimeout(() => signalGroup(child.pid, "SIGKILL"), GRACE_MS);
    await ended;
    clearTimeout(timer);
  };
  if (!await isUp(origin, { ...options, running: () => running })) {
    await stop();
    throw new Error(`MLflow did not start at ${origin}; its log: ${log}`);
  }
  return { url, pid: child.pid, ended, stop };
}

/**
 * Starts a server and restarts it when it ends.
 * @param options.started called for each process, as by `supervise`
 * @throws {Error} if there is no MLflow, or it does not respond within `patienceMs`
 */
export async function keepMlflow(
  options: MlflowOptions & Pick<SupervisorOptions, "say" | "started">,
): Promise<Pick<MlflowServer, "url" | "stop">> {
  const { url, origin, log, program } = await mlflowProgram(options);
  const supervisor = supervise([{
    ...program,
    heard(line) {
      try {
        Deno.writeTextFileSync(log, `${line}\n`, { append: true });
      } catch {
        // The disk is full: the server continues without a log.
      }
    },
  }], { ...options, graceMs: GRACE_MS });
  if (!await isUp(origin, options)) {
    await supervisor.stop();
    throw new Error(`MLflow did not start at ${origin}; its log: ${log}`);
  }
  return { url, stop: () => supervisor.stop() };
}

/** Returns the server's command and URLs; creates its folder. */
async function mlflowProgram(options: MlflowOptions) {
  const command = mlflowCommand();
  if (!command) {
    throw new Error(
      "MLflow, uv and pipx were not found: install one of them (pip install mlflow).",
    );
  }
  const folder = resolve(options.folder);
  await Deno.mkdir(folder, { recursive: true });
  const port = options.port || freePort();
  const { password } = options;
  const origin = `http://127.0.0.1:${port}`;
  const program: Program = {
    name: "mlflow",
    command: command[0],
    args: [
      ...command.slice(1),
      "server",
      ...["--host", "127.0.0.1", "--port", String(port), "--workers", "1"],
      ...["--backend-store-uri", `sqlite:///${join(folder, "mlflow.db")}`],
      ...["--artifacts-destination", join(folder, "artifacts")],
      ...(password ? ["--app-name", "basic-auth"] : []),
    ],
    cwd: folder, // place of the user database
    env: {
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false",
      MLFLOW_DISABLE_TELEMETRY: "true",
      ...(password && {
        MLFLOW_AUTH_ADMIN_PASSWORD: password,
        MLFLOW_FLASK_SERVER_SECRET_KEY: password,
      }),
    },
  };
  return {
    ...{ origin, program },
    url: password ? origin.replace("//", `//admin:${password}@`) : origin,
    log: join(folder, "mlflow.log"),
  };
}

/** Waits until the server responds; returns false at the deadline or if the server has ended. */
async function isUp(
  origin: string,
  { patienceMs = 90_000, running = () => true }: {
    patienceMs?: number;
    running?: () => boolean;
  },
): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  while (!await answers(origin)) if (!running() || Date.now() > deadline) return false;
  return true;
}

/** Checks the server's health once, after 100 ms. */
async function answers(url: string): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve, 100));
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
