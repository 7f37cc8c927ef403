/** A real MLflow server of one's own, for `task dev --mlflow` and for the tests. */
import { join, resolve } from "@std/path";
import { freePort } from "./free_port.ts";
import { onPath, part } from "./parts.ts";
import { type Program, signalGroup, supervise, type SupervisorOptions } from "./supervisor.ts";

/** The newest release that installs; the registry needs 3.15 or newer. */
const RELEASE = "mlflow==3.17.2";

/** How long a server gets to end by itself. */
const GRACE_MS = 5_000;

/**
 * A running server; its address holds user and password where it asks for them. `stop` ends it with all
 * its processes; `ended` settles when it has ended.
 */
export interface MlflowServer {
  url: string;
  /** The leader of its process group. */
  pid: number;
  ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * The command that runs MLflow here: what is installed, else what `uvx` or `pipx` can run (which
 * downloads it). Null where there is none of them.
 */
export function mlflowCommand(): string[] | null {
  const installed = part("mlflow");
  if (installed) return [installed];
  const uvx = onPath("uvx");
  if (uvx) return [uvx, "--from", RELEASE, "mlflow"];
  const pipx = onPath("pipx");
  return pipx ? [pipx, "run", "--spec", RELEASE, "mlflow"] : null;
}

/** Where a server lies and listens. */
export interface MlflowOptions {
  /** Its database, artifacts and log; made where it is missing. The same serves the same models. */
  folder: string;
  /** 0, the default, takes a free one. */
  port?: number;
  /** Of the user `admin`; the server asks for it, where MLflow has `[auth]`. */
  password?: string;
  patienceMs?: number;
}

/**
 * Starts a server on loopback and waits until it answers. It is started once: what ends it ends it.
 * @throws {Error} when there is no MLflow, or it does not answer within `patienceMs`.
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
    throw new Error(`MLflow does not answer at ${origin}; its log: ${log}`);
  }
  return { url, pid: child.pid, ended, stop };
}

/**
 * Starts a server as `startMlflow` does, and keeps it running: where it ends it is started again.
 * @param options.started told of each process, as by `supervise`.
 * @throws {Error} when there is no MLflow, or it does not answer within `patienceMs`.
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
        // On a full disk the server goes on without its log.
      }
    },
  }], { ...options, graceMs: GRACE_MS });
  if (!await isUp(origin, options)) {
    await supervisor.stop();
    throw new Error(`MLflow does not answer at ${origin}; its log: ${log}`);
  }
  return { url, stop: () => supervisor.stop() };
}

/** A server's command and addresses; its folder is there. */
async function mlflowProgram(options: MlflowOptions) {
  const command = mlflowCommand();
  if (!command) {
    throw new Error(
      "To start MLflow install it (pip install mlflow), or uv, or pipx: none is here.",
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
    cwd: folder, // where it keeps its users
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

/** Waits until the server answers; false where it does not in time, or has ended. */
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

/** One look at the server's health, after a moment. */
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
