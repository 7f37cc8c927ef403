/** A trainer process with its log. */
import { TextLineStream } from "@std/streams";
import { fromFileUrl } from "@std/path";
import { until } from "./until.ts";
import { connectedAs } from "../ops/database/connected_as.ts";
import { signalGroup } from "../ops/processes/supervisor.ts";

/** A trainer that runs until the end of the scope, with the processes that it starts. */
export interface TrainerProcess extends AsyncDisposable {
  child: Deno.ChildProcess;
  /** Log entries of the trainer and its housekeeping. */
  log: Record<string, unknown>[];
  /** Resolves to the process id of the `n`th housekeeping process, from 1, once it has started. */
  housekeeping(n: number): Promise<number>;
}

const ROOT = fromFileUrl(new URL("..", import.meta.url));

/**
 * Starts a trainer.
 * @param options.env added to its environment
 */
export function startTrainer(
  { databaseUrl, blobsFolder, env }: {
    databaseUrl: string;
    blobsFolder: string;
    env?: Record<string, string>;
  },
): TrainerProcess {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "worker-trainer/main.ts"],
    cwd: ROOT,
    env: {
      DATABASE_URL: connectedAs(databaseUrl, "airec_trainer"),
      BLOBS_FOLDER: blobsFolder,
      ...env,
    },
    stdout: "piped",
    detached: true,
  }).spawn();
  const log: Record<string, unknown>[] = [];
  const reading = (async () => {
    const lines: ReadableStream<string> = child.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    for await (const line of lines) if (line.startsWith("{")) log.push(JSON.parse(line));
  })();
  return {
    child,
    log,
    housekeeping: (n) =>
      until(() => log.filter(({ message }) => message === "housekeeping started")[n - 1])
        .then(({ pid }) => pid as number),
    async [Symbol.asyncDispose]() {
      signalGroup(child.pid, "SIGKILL");
      await child.status;
      await reading;
      await until(() => !isGroupRunning(child.pid));
    },
  };
}

/** Whether a process runs; zombies do not. */
export function isRunning(pid: number): boolean {
  return running().some((one) => one.pid === pid);
}

/** Whether a process of a group runs. */
function isGroupRunning(id: number): boolean {
  return running().some(({ group }) => group === id);
}

/** Returns the running processes with their groups. */
function running(): { pid: number; group: number }[] {
  const { stdout } = new Deno.Command("ps", { args: ["-axo", "pid=,pgid=,stat="] }).outputSync();
  return new TextDecoder().decode(stdout).trim().split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , state]) => !state.startsWith("Z"))
    .map(([pid, group]) => ({ pid: Number(pid), group: Number(group) }));
}
