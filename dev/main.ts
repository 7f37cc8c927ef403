/**
 * `deno task dev`: runs the whole system on this machine. Starts Postgres, migrations, services,
 * trainer and dashboard; Ctrl-C or SIGTERM ends them all.
 */
import { join } from "@std/path";
import { blobsFolder } from "../ops/home/blobs_folder.ts";
import { makeDemo } from "./demo.ts";
import { deleteHome, type Home, homePath, openHome } from "../ops/home/home.ts";
import { endLeftOvers, noteProcesses } from "./leftovers.ts";
import { logLine } from "./log_line.ts";
import { migrate } from "../ops/database/migrate.ts";
import { keepMlflow } from "../ops/home/mlflow.ts";
import { chosenPorts, claimPorts } from "./ports.ts";
import { stopPostgresLeftIn } from "../ops/database/postgres.ts";
import { homeDatabase } from "../ops/home/home_database.ts";
import { whenRunnerEnds } from "../ops/processes/process_chain.ts";
import { screen } from "./screen.ts";
import { type Secrets, secretsOf } from "../ops/home/secrets.ts";
import { address, PORTS, services, untilUp } from "./services.ts";
import { supervise } from "../ops/processes/supervisor.ts";

const USAGE = `deno task dev [--demo] [--mlflow] [--reset]

  --demo    create the demo's film and music projects with a week of simulated visits, and keys
            for clients/
  --mlflow  start an MLflow server on port 5000 and store the models there
  --reset   delete all local state first (AIREC_HOME, default .airec/)`;

const MLFLOW_PORT = 5000;
/** Interval at which the user tokens of the demo's members are renewed. */
const REFRESH_MS = 60 * 60_000;
const FLAGS = ["--demo", "--mlflow", "--reset"];

/** Started and starting processes, in order; ended in reverse. */
const started: Promise<{ stop(): Promise<void> }>[] = [];
let ending: Promise<never> | undefined;

const unknown = Deno.args.find((argument) => !FLAGS.includes(argument));
if (unknown !== undefined) {
  console.error(unknown === "--help" ? USAGE : `Unknown option: ${unknown}.\n\n${USAGE}`);
  Deno.exit(unknown === "--help" ? 0 : 2);
}
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => void end(0));
}
if (Deno.build.os !== "windows") Deno.addSignalListener("SIGHUP", () => void end(0));
whenRunnerEnds(() => void end(0));
try {
  await start(new Set(Deno.args));
} catch (error) {
  if (!ending) {
    console.error(`\nStart failed: ${(error as Error).message}`);
    await end(1);
  }
}

async function start(flags: Set<string>): Promise<void> {
  const environment = Deno.env.toObject();
  const path = homePath(environment);
  if (flags.has("--reset")) {
    const deleted = await deleteHome(path, async (home) => {
      await endAndLogLeftOvers(home);
      await stopPostgresLeftIn(join(path, "postgres"));
    });
    say(
      "dev",
      deleted.length > 0 ? `deleted ${deleted.join(", ")}` : `nothing to delete at ${path}`,
    );
  }
  const home = await openHome(path);
  await endAndLogLeftOvers(home);

  const ports = chosenPorts(environment);
  claimPorts({
    ...Object.fromEntries(
      Object.entries(ports).map((
        [name, port],
      ) => [PORTS[name as keyof typeof ports].variable, port]),
    ),
    ...(flags.has("--mlflow") && { MLFLOW_PORT: portOfMlflow(environment) }),
  });
  const secrets = await secretsOf(path);
  const note = noteProcesses(home);

  const [databaseUrl, mlflow] = await Promise.all([
    database(environment, home, secrets),
    flags.has("--mlflow")
      ? ownMlflow(path, portOfMlflow(environment), note)
      : environment.MLFLOW_TRACKING_URI || undefined,
  ]);
  await home.noteModels(
    flags.has("--mlflow")
      ? { in: "own MLflow", url: mlflow! }
      : { in: mlflow ? "MLflow" : "folder" },
  );
  const programs = services({
    databaseUrl,
    blobsFolder: await blobsFolder(path, databaseUrl),
    ports,
    secrets,
    mlflow,
  });
  if (ending) return;
  const supervisor = supervise(programs, { say, started: note });
  registered(Promise.resolve(supervisor));
  await untilUp(programs);

  const at = {
    auth: address("auth", ports),
    recommender: address("recommender", ports),
    webhooks: address("webhooks", ports),
  };
  const demo = await makeDemo(at, {
    home: path,
    password: secrets.demo_password,
    projects: flags.has("--demo"),
    databaseUrl,
    say: (line) => say("demo", line),
    origins: [address("web", ports)],
  }).catch((error) => void say("demo", `failed: ${error.message}`));
  setInterval(() => demo?.refresh().catch((error) => say("demo", error.message)), REFRESH_MS);
  if (!supervisor.pidOf("auth")) return;
  show(screen({
    ports,
    home: path,
    demo: demo ?? null,
    database: environment.DATABASE_URL ? "from DATABASE_URL" : "embedded PostgreSQL",
    gemm: await import("onnxruntime-node").then(() => true, () => false),
    mlflow: mlflow ?? null,
  }));
}

/** Ends processes left running by a killed `task dev`, and logs their names. */
async function endAndLogLeftOvers(home: Home): Promise<void> {
  for (const name of await endLeftOvers(home)) say("dev", `ended ${name} of an earlier run`);
}

/**
 * Returns the URL of the migrated database; starts the home's server unless DATABASE_URL is set.
 */
async function database(
  environment: Record<string, string>,
  home: Home,
  secrets: Secrets,
): Promise<string> {
  let url = environment.DATABASE_URL;
  if (!url) {
    const log = (line: string) => say("postgres", line);
    url = (await registered(homeDatabase(home, { secrets, say: log }))).url;
  }
  const applied = await migrate(url);
  if (applied.length > 0) say("dev", `applied ${applied.join(", ")}`);
  return url;
}

async function ownMlflow(
  home: string,
  port: number,
  note: (name: string, pid: number) => void,
): Promise<string> {
  say("dev", "starting MLflow; this may take a minute");
  const folder = join(home, "mlflow");
  return (await registered(keepMlflow({ folder, port, say, started: note }))).url;
}

function portOfMlflow(environment: Record<string, string>): number {
  return Number(environment.MLFLOW_PORT) || MLFLOW_PORT;
}

/** Registers a starting process, so that a shutdown during its start ends it as well. */
function registered<Running extends { stop(): Promise<void> }>(
  starting: Promise<Running>,
): Promise<Running> {
  started.push(starting);
  return starting;
}

/** Ends everything in reverse order, so that Postgres outlives its clients, and exits. */
function end(code: number): Promise<never> {
  return ending ??= (async () => {
    if (started.length > 0) say("dev", "stopping all processes …");
    while (started.length > 0) {
      const running = await started.pop()!.catch(() => null);
      await running?.stop();
    }
    Deno.exit(code);
  })();
}

function say(name: string, line: string): void {
  for (const part of logLine(line).split("\n")) show(`${name.padEnd(11)} | ${part}`);
}

/** Prints a line; a closed terminal must not stop the shutdown. */
function show(text: string): void {
  try {
    console.log(text);
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
