/**
 * Runs housekeeping in a process of its own, so that neither a long rewrite of files nor a store
 * that hangs delays the trainer's claims and heartbeats.
 */
import { delay } from "@std/async/delay";
import type { Log } from "../runtime/trainer_log.ts";

export interface HousekeepingOptions {
  log: Log;
  /** Time for the process to end after SIGTERM, in milliseconds. */
  graceMs?: number;
  /** Delay before a restart, in milliseconds; doubled while the process ends early. */
  backoffMs?: number;
}

const LONGEST_WAIT_MS = 30_000;
/** Run time after which the delay is reset. */
const SETTLED_MS = 30_000;

/** Keeps `main.ts` running until `stop` is aborted, then ends it and returns. */
export async function keepHouse(
  { log, graceMs = 8_000, backoffMs = 500 }: HousekeepingOptions,
  stop: AbortSignal,
): Promise<void> {
  let wait = backoffMs;
  while (!stop.aborted) {
    const start = Date.now();
    const end = await runOnce({ log, graceMs }, stop);
    if (stop.aborted) return;
    if (Date.now() - start > SETTLED_MS) wait = backoffMs;
    log({ level: "error", message: "housekeeping ended", end, again_in_seconds: wait / 1000 });
    await delay(wait, { signal: stop }).catch(() => {});
    wait = Math.min(2 * wait, LONGEST_WAIT_MS);
  }
}

/** Runs the process to its end; returns how it ended. */
async function runOnce(
  { log, graceMs }: Required<Pick<HousekeepingOptions, "log" | "graceMs">>,
  stop: AbortSignal,
): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", import.meta.resolve("./main.ts")],
    // Open as long as this process lives: when it closes, the child knows that this process was killed.
    stdin: "piped",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  log({ level: "info", message: "housekeeping started", pid: child.pid });
  let killing: ReturnType<typeof setTimeout> | undefined;
  const end = () => {
    signal(child, "SIGTERM");
    killing = setTimeout(() => signal(child, "SIGKILL"), graceMs);
  };
  if (stop.aborted) end();
  else stop.addEventListener("abort", end);
  const { code, signal: endedBy } = await child.status;
  stop.removeEventListener("abort", end);
  clearTimeout(killing);
  await child.stdin.close().catch(() => {});
  return endedBy ?? `code ${code}`;
}

/** Sends a signal; does nothing if the process has ended. */
function signal(child: Deno.ChildProcess, name: Deno.Signal): void {
  try {
    child.kill(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof TypeError)) throw error;
  }
}
