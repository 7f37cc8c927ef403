/**
 * One training as a process of its own: a native crash, a long loop or a lack of memory ends the
 * process and never the trainer's heartbeat. The two speak in lines of JSON.
 */
import { TextLineStream } from "@std/streams";
import type { Claim, Outcome, Progress } from "./claim.ts";
import { COLLECTING } from "../linalg/collect.ts";
import { WATCHED_BYTES } from "../memory_watch.ts";
import { crashReason, isShortage } from "./crash_reason.ts";
import { limitedProgram } from "./limited_program.ts";
import type { Missing } from "./missing.ts";
import { makeTrainingFolder } from "./training_folder.ts";
import { memoryAllowed } from "./training_memory.ts";

/** What the process is given on its standard input. */
export interface Order {
  claim: Claim;
  /** Of recommender.installation. */
  installation: string;
  /** Nothing is trained: these people are taken out of the version that is published. */
  redaction?: { outcome: Outcome; people: string[] };
}

/** What the process says, a line each. All but `progress` and `waiting` end it. */
export type Message =
  | { type: "progress"; stage: string; progress: number }
  | { type: "published"; outcome: Outcome }
  /** It waits for a dependency before it goes on; for none any more where it is null. */
  | { type: "waiting"; missing: Missing | null }
  /** The input is at fault; trying again would not help. */
  | {
    type: "unusable";
    sentence: string;
    receipts?: Outcome["receipts"];
    /** The upload that the store does not have, by its path. */
    missing_upload?: string;
  }
  /** A dependency is away; trying again may help. */
  | { type: "unavailable"; missing: Missing };

/** How a training ended. */
export type Ending =
  | Exclude<Message, { type: "progress" | "waiting" }>
  /** `exhausted` where it reached the memory that it may hold, by itself and not by the machine's want. */
  | { type: "crashed"; reason: string; exhausted?: boolean }
  | { type: "stopped" };

export interface TrainingOptions {
  /** Ends the process at once. */
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
  onWaiting?: (missing: Missing | null) => void;
  /** Bytes that the process may hold; by the project's settings and the machine where absent. */
  bytes?: number;
  /** Added to the environment that this process has. */
  env?: Record<string, string>;
}

/** The thread of `watchMemory`. */
const WATCHING = 1;

/**
 * Runs `train.ts` for an order. Whatever happens to it is an ending.
 * @throws {Error} where this machine cannot even begin it.
 */
export async function trainInProcess(
  order: Order,
  options: TrainingOptions,
): Promise<Ending> {
  // What a process leaves that was killed goes with the folder.
  await using folder = await makeTrainingFolder();
  return await trainIn(folder.path, order, options);
}

async function trainIn(
  folder: string,
  order: Order,
  { signal, onProgress, onWaiting, env, bytes = allowedTo(order) }: TrainingOptions,
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
    env: { ...env, TMPDIR: folder, TMP: folder, TEMP: folder, [WATCHED_BYTES]: String(bytes) },
  }).spawn();
  // Not asked: one that was stopped would hear nothing, and it has nothing to put in order.
  const kill = () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
  };
  if (signal.aborted) kill();
  signal.addEventListener("abort", kill, { once: true });
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
  if (ending && success) {
    // What the owner is not told stands in the trainer's log.
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

/** Says a message from within the process. */
export function say(message: Message): void {
  console.log(JSON.stringify(message));
}

/** A line that is no message, or the half of one, is some library's and goes by. */
function messageOf(line: string): Message | undefined {
  if (!line.startsWith('{"type":')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The end of a text: long enough for a native stack and what stands above it. */
async function tail(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let text = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    text = (text + part).slice(-16_000);
  }
  return text;
}
