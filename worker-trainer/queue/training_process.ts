/**
 * Runs a training in a process of its own: a native crash, an endless loop or exhausted memory ends
 * that process and not the trainer's heartbeat. The two exchange lines of JSON.
 */
import { TextLineStream } from "@std/streams";
import type { Progress } from "../../functions/recommender/projects/training_states.ts";
import type { Claim, Outcome } from "./claim.ts";
import { COLLECTING } from "../threads/collect.ts";
import { WATCHED_BYTES } from "../runtime/memory_watch.ts";
import { crashReason, isShortage } from "../runtime/crash_reason.ts";
import { limitedProgram } from "./limited_program.ts";
import type { Missing } from "./missing.ts";
import { ownCache } from "./own_cache.ts";
import type { Suspension } from "./suspension.ts";
import { makeTrainingFolder } from "./training_folder.ts";
import { memoryAllowed } from "./training_memory.ts";

/** The order sent to the process's standard input. */
export interface Order {
  claim: Claim;
  /** Of recommender.installation. */
  installation: string;
  /** If set, nothing is trained: these users are removed from the published version. */
  redaction?: { outcome: Outcome; people: string[] };
}

/** Messages from the process, one line each. All but `progress` and `waiting` are final. */
export type Message =
  | { type: "progress"; stage: string; progress: number }
  | { type: "published"; outcome: Outcome }
  /** It waits for a dependency; null if it no longer does. */
  | { type: "waiting"; missing: Missing | null }
  /** The input is at fault; another attempt would not help. */
  | {
    type: "unusable";
    sentence: string;
    receipts?: Outcome["receipts"];
    /** Path of the upload missing from the store. */
    missing_upload?: string;
  }
  /** A dependency is unavailable; another attempt may help. */
  | { type: "unavailable"; missing: Missing };

/** How a training ended. */
export type Ending =
  | Exclude<Message, { type: "progress" | "waiting" }>
  /** `exhausted` if it reached its own memory limit, not the machine's. */
  | { type: "crashed"; reason: string; exhausted?: boolean }
  | { type: "stopped" };

export interface TrainingOptions {
  /** Kills the process at once. */
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
  onWaiting?: (missing: Missing | null) => void;
  /** Memory limit in bytes; from the project's settings and the machine if absent. */
  bytes?: number;
  /** Suspends the process at times; it then shares no cache of Deno with others. */
  suspension?: Suspension;
  /** Added to this process's environment. */
  env?: Record<string, string>;
}

/** Threads of `watchMemory`. */
const WATCHING = 1;

/**
 * Runs `train.ts` for an order. Failures of the process are returned as an ending.
 * @throws {Error} if this machine cannot start the process.
 */
export async function trainInProcess(
  order: Order,
  options: TrainingOptions,
): Promise<Ending> {
  // Temporary files of a killed process are removed with the folder.
  await using folder = await makeTrainingFolder();
  return await trainIn(folder.path, order, options);
}

async function trainIn(
  folder: string,
  order: Order,
  { signal, onProgress, onWaiting, suspension, env, bytes = allowedTo(order) }: TrainingOptions,
): Promise<Ending> {
  const { command, args } = limitedProgram({
    command: Deno.execPath(),
    args: ["run", "-A", "--no-check", COLLECTING, import.meta.resolve("../train.ts")],
  }, { bytes, threads: navigator.hardwareConcurrency + WATCHING });
  const child = new Deno.Command(command, {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    env: {
      ...(suspension && await ownCache(folder)),
      ...env,
      ...{ TMPDIR: folder, TMP: folder, TEMP: folder, [WATCHED_BYTES]: String(bytes) },
    },
  }).spawn();
  // SIGKILL: a suspended process would not handle another signal, and has nothing to clean up.
  const send = (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch {
      // It has ended already.
    }
  };
  const kill = () => send("SIGKILL");
  if (signal.aborted) kill();
  signal.addEventListener("abort", kill, { once: true });
  suspension?.attach(send);
  const lastWords = tail(child.stderr);
  await new Blob([JSON.stringify(order)]).stream().pipeTo(child.stdin).catch(() => {});

  let ending: Ending | undefined;
  let stage = "starting";
  const lines: ReadableStream<string> = child.stdout.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const line of lines) {
    const message = messageOf(line);
    if (message?.type === "progress") {
      stage = message.stage;
      onProgress(message);
    } else if (message?.type === "waiting") onWaiting?.(message.missing);
    else if (message) ending = message;
  }
  const { success, code, signal: killedBy } = await child.status;
  suspension?.attach(undefined);
  if (ending && success) {
    // Details not shown to the owner go to the trainer's log.
    if (ending.type === "unusable") console.error(await lastWords);
    return ending;
  }
  if (signal.aborted) return { type: "stopped" };
  const words = await lastWords;
  console.error(words);
  return {
    type: "crashed",
    reason: crashReason({ stage, bytes, code, signal: killedBy, lastWords: words }),
    exhausted: isShortage(words),
  };
}

function allowedTo({ claim: { settings } }: Order): number {
  return memoryAllowed(settings.memory_limit);
}

/** Sends a message from within the process. */
export function say(message: Message): void {
  console.log(JSON.stringify(message));
}

/** Parses a line; returns undefined for output of libraries and truncated lines. */
function messageOf(line: string): Message | undefined {
  if (!line.startsWith('{"type":')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Returns the end of a text, long enough for a native stack trace and its error. */
async function tail(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let text = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    text = (text + part).slice(-16_000);
  }
  return text;
}
